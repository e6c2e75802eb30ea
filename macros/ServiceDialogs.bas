Attribute VB_Name = "ServiceDialogs"
Option Explicit
' What only Excel can ask or do; Python runs these functions. Texts travel as ASCII both ways, other characters as
' %uXXXX. An empty answer says that the person cancelled, or that this Excel cannot ask.

Private Const FILE_PICKER As Long = 3
Private Const FOLDER_PICKER As Long = 4
Private Const CHOSEN As Long = -1
Private Const TABLE_FILES As String = "*.xlsx; *.xlsm; *.csv; *.tsv; *.txt; *.zip"

' The full paths of the files that the person chooses, one a line.
Public Function ChooseFiles(ByVal title As String) As String
    #If Mac Then
        ChooseFiles = OpenedFiles()
    #Else
        ChooseFiles = PickedPaths(FILE_PICKER, title)
    #End If
End Function

' The full path of a folder. Excel for the Mac has no window for folders.
Public Function ChooseFolder(ByVal title As String) As String
    #If Mac Then
    #Else
        ChooseFolder = PickedPaths(FOLDER_PICKER, title)
    #End If
End Function

' The Mac's Excel has this method for its scripts in VBA only. "saved" once the copy is there.
Public Function SaveCopyOf(ByVal bookName As String, ByVal path As String) As String
    Workbooks(FromAscii(bookName)).SaveCopyAs FromAscii(path)
    SaveCopyOf = "saved"
End Function

#If Mac Then
Private Function OpenedFiles() As String
    Dim answer As Variant
    Dim entry As Variant

    On Error Resume Next
    answer = False
    answer = Application.GetOpenFilename(MultiSelect:=True)
    If Err.Number <> 0 Then
        Err.Clear  ' older versions take one file only
        answer = Application.GetOpenFilename()
    End If
    On Error GoTo 0
    If IsArray(answer) Then
        For Each entry In answer
            OpenedFiles = OpenedFiles & InAscii(CStr(entry)) & vbLf
        Next entry
    ElseIf VarType(answer) = vbString Then
        OpenedFiles = InAscii(CStr(answer)) & vbLf
    End If
End Function
#Else
Private Function PickedPaths(ByVal kind As Long, ByVal title As String) As String
    Dim picker As Object
    Dim entry As Variant

    On Error GoTo unable
    Set picker = Application.FileDialog(kind)
    picker.Title = FromAscii(title)
    If kind = FILE_PICKER Then
        picker.AllowMultiSelect = True
        picker.Filters.Clear
        picker.Filters.Add AddinText("table_files"), TABLE_FILES
        picker.Filters.Add AddinText("all_files"), "*.*"
    End If
    If picker.Show <> CHOSEN Then Exit Function
    For Each entry In picker.SelectedItems
        PickedPaths = PickedPaths & InAscii(CStr(entry)) & vbLf
    Next entry
unable:
End Function
#End If

' The inverse of FromAscii.
Public Function InAscii(ByVal text As String) As String
    Dim position As Long
    Dim code As Long

    For position = 1 To Len(text)
        code = AscW(Mid$(text, position, 1))
        If code >= 32 And code < 127 And code <> 34 And code <> 37 Then
            InAscii = InAscii & ChrW(code)
        Else
            InAscii = InAscii & "%u" & Right$("000" & Hex$(code And 65535), 4)
        End If
    Next position
End Function
