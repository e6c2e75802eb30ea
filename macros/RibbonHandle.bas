Attribute VB_Name = "RibbonHandle"
Option Explicit
' The ribbon outlives a reset of VBA, the variable that holds it does not. Its address is kept as text, with the
' number of the process, in an environment variable of Excel's own process: it is gone when Excel is, no workbook
' is touched, and an address of another process is never used. Windows only; on the Mac the ribbon stays as it was.

#If Mac Then
#Else
    Private Declare PtrSafe Sub CopyMemory Lib "kernel32" Alias "RtlMoveMemory" (ByRef target As Any, ByRef source As Any, ByVal size As LongPtr)
    Private Declare PtrSafe Function GetCurrentProcessId Lib "kernel32" () As Long
    Private Declare PtrSafe Function SetEnvironmentVariableA Lib "kernel32" (ByVal label As String, ByVal content As String) As Long
    Private Declare PtrSafe Function GetEnvironmentVariableA Lib "kernel32" (ByVal label As String, ByVal buffer As String, ByVal size As Long) As Long
#End If

Public Sub RememberRibbon(loaded As Object)
    #If Mac Then
    #Else
        SetEnvironmentVariableA VariableName(), CStr(GetCurrentProcessId()) & ":" & CStr(ObjPtr(loaded))
    #End If
End Sub

Public Sub ForgetRibbon()
    #If Mac Then
    #Else
        SetEnvironmentVariableA VariableName(), ""
    #End If
End Sub

' The ribbon that was remembered; Nothing where there is none.
Public Function RestoredRibbon() As Object
    #If Mac Then
    #Else
        Dim buffer As String
        Dim length As Long
        Dim kept As Variant
        Dim address As LongPtr
        Dim none As LongPtr
        Dim borrowed As Object

        buffer = Space$(64)
        length = GetEnvironmentVariableA(VariableName(), buffer, 64)
        kept = Split(Left$(buffer, length), ":")
        If UBound(kept) <> 1 Then Exit Function
        If kept(0) <> CStr(GetCurrentProcessId()) Then Exit Function
        address = CLngPtr(kept(1))
        CopyMemory borrowed, address, LenB(address)
        Set RestoredRibbon = borrowed
        CopyMemory borrowed, none, LenB(none)  ' borrowed was never counted: it must not be released
    #End If
End Function

Private Function VariableName() As String
    VariableName = IIf(ThisWorkbook.IsAddin, "XLSVC_RIBBON_ADDIN", "XLSVC_RIBBON_BOOK")
End Function
