Attribute VB_Name = "ServiceNotice"
Option Explicit
' Text boxes. MsgBox on Windows shows only the characters of the system's code page; MessageBoxW shows all.

Private Const LONGEST As Long = 1500
Private Const EXCLAMATION As Long = 48

#If Mac Then
#Else
    Private Declare PtrSafe Function MessageBoxW Lib "user32" (ByVal owner As LongPtr, ByVal text As LongPtr, ByVal caption As LongPtr, ByVal kind As Long) As Long
#End If

Public Sub ShowNotice(ByVal text As String)
    Dim title As String
    title = AddinText("title")
    #If Mac Then
        MsgBox text, vbExclamation, title
    #Else
        MessageBoxW Application.Hwnd, StrPtr(text), StrPtr(title), EXCLAMATION
    #End If
End Sub

' xlwings' way of saying that Python could not be run at all: what the shell or Python wrote, or a message.
Public Sub ShowError(FileName As String, Optional Message As String = "")
    Dim content As String
    content = Message
    If content = "" Then content = ReadFile(FileName)
    ShowNotice Replace(AddinText("failed"), "{reason}", Right$(content, LONGEST))
End Sub
