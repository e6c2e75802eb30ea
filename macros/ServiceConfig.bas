Attribute VB_Name = "ServiceConfig"
Option Explicit
' Where the add-in learns which Python to run: one file in the person's own profile, nowhere else. xlwings would
' also look for a sheet in the active workbook and for a file in its folder; a stranger's workbook could choose
' the program to run there. GetConfig below takes the place of xlwings' function of that name.
'
'   Windows  %USERPROFILE%\.xlsvc\xlsvc.conf
'   Mac      ~/Library/Containers/com.microsoft.Excel/Data/xlsvc.conf   (Excel's own home)
'
' One "KEY","VALUE" a line, ASCII; other characters are written %uXXXX. Keys: INTERPRETER_WIN, INTERPRETER_MAC
' (full path), USE UDF SERVER (True or False; True when missing). xlsvc/addin_config.py writes and reads it.

Private Const HEX_DIGITS As String = "0123456789ABCDEF"

' xlwings asks here for each of its settings: they are all left at their defaults.
Public Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "") As Variant
    If configKey = "ADD_WORKBOOK_TO_PYTHONPATH" Then
        GetConfig = "false"
    Else
        GetConfig = default
    End If
End Function

' The full path of Python; raises an error that says what to do where it is missing.
Public Function ConfiguredInterpreter() As String
    Dim path As String
    #If Mac Then
        path = OwnSetting("INTERPRETER_MAC")
        If Left$(path, 1) <> "/" Then path = ""
    #Else
        path = OwnSetting("INTERPRETER_WIN")
        If Mid$(path, 2, 2) <> ":\" And Left$(path, 2) <> "\\" Then path = ""
    #End If
    If path = "" Then Err.Raise 1001, "xlsvc", AddinText("no_interpreter")
    If Not FileExists(path) Then
        Err.Raise 1002, "xlsvc", Replace(AddinText("interpreter_gone"), "{file}", path)
    End If
    ConfiguredInterpreter = path
End Function

' Is Python kept alive between clicks? Only on Windows, unless switched off, and if xlwings' library lies
' beside Python or one folder above (where pip puts it).
Public Function UsesWarmServer() As Boolean
    #If Mac Then
    #Else
        Dim folder As String
        Dim library As String
        If OwnSetting("USE UDF SERVER") = "False" Then Exit Function
        If OwnSetting("INTERPRETER_WIN") = "" Then Exit Function
        #If Win64 Then
            library = "\xlwings64-" & XLWINGS_VERSION & ".dll"
        #Else
            library = "\xlwings32-" & XLWINGS_VERSION & ".dll"
        #End If
        folder = ParentFolder(ConfiguredInterpreter())
        UsesWarmServer = FileExists(folder & library) Or FileExists(ParentFolder(folder) & library)
    #End If
End Function

Private Function OwnSetting(ByVal key As String) As String
    Dim lines As Variant
    Dim entry As Variant
    Dim start As String

    start = """" & key & ""","""
    lines = Split(Replace(OwnFile(), vbCr, vbLf), vbLf)
    For Each entry In lines
        If Left$(entry, Len(start)) = start And Right$(entry, 1) = """" Then
            OwnSetting = FromAscii(Mid$(entry, Len(start) + 1, Len(entry) - Len(start) - 1))
        End If
    Next entry
End Function

Private Function OwnFile() As String
    Dim path As String
    Dim content As String
    Dim part As String
    Dim handle As Integer

    #If Mac Then
        path = Environ("HOME") & "/xlsvc.conf"
    #Else
        path = Environ("USERPROFILE") & "\.xlsvc\xlsvc.conf"
    #End If
    If Not FileExists(path) Then Exit Function
    handle = FreeFile
    Open path For Input As #handle
    Do While Not EOF(handle)
        Line Input #handle, part
        content = content & part & vbLf
    Loop
    Close #handle
    OwnFile = content
End Function

' %u5DE5%u5355 -> the two characters; all other text as it is.
Public Function FromAscii(ByVal text As String) As String
    Dim position As Long
    Dim code As Long
    Dim digit As Long

    position = 1
    Do While position <= Len(text)
        If Mid$(text, position, 2) = "%u" Then
            code = 0
            For digit = position + 2 To position + 5
                code = code * 16 + InStr(HEX_DIGITS, Mid$(text, digit, 1)) - 1
            Next digit
            FromAscii = FromAscii & ChrW(code)
            position = position + 6
        Else
            FromAscii = FromAscii & Mid$(text, position, 1)
            position = position + 1
        End If
    Loop
End Function
