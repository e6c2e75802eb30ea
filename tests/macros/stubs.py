"""VBA that stands in for what LibreOffice on Linux has not: Python behind RunPython, Windows' functions, the ribbon.

Everything else of the add-in is run as it is, but for Application.StatusBar, which cannot be read without a window,
and the clock: variables take their places. `Probe` is what the tests call.
"""

from __future__ import annotations

from workbook.vba.sources import Module


def module(name: str, body: str, kind: str = "standard") -> Module:
    head = "VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  'True\nEND\n" if kind == "class" else ""
    text = f'{head}Attribute VB_Name = "{name}"\nOption Explicit\n{body}'
    return Module(name, kind, text.replace("\n", "\r\n"))


RUN_PYTHON = module(
    "XlwingsRunPython",
    """
Public Const XLWINGS_VERSION As String = "0.37.8"
Private calls As String
Public during As String
Public StatusBarText As Variant
Public nested As String
Public failing As String
Public library As String
Public later As Double

Public Function RunPython(PythonCommand As String)
    calls = calls & PythonCommand & vbLf
    during = CStr(StatusBarText)
    If nested <> "" Then RunCommand nested
    If failing <> "" Then Err.Raise 1004, "stub", failing
End Function

Public Function ClockNow() As Date
    ClockNow = Now + later / 24 / 60
End Function

Public Function XLPy() As Object
End Function

Public Function FileIsThere(ByVal FileSpec As String) As Boolean
    FileIsThere = Right$(FileSpec, 10) = "xlsvc.conf" Or Right$(FileSpec, 11) = "pythonw.exe" Or FileSpec = library
End Function

Public Function ParentFolder(ByVal Folder)
    ParentFolder = Left$(Folder, InStrRev(Folder, "\\") - 1)
End Function

Public Function ReadFile(ByVal FileName As String)
    ReadFile = ""
End Function

Public Function TakeCalls() As String
    TakeCalls = calls
    calls = ""
End Function
""",
)

NOTICE = module(
    "ServiceNotice",
    """
Private shown As String

Public Sub ShowNotice(ByVal text As String)
    shown = shown & text
End Sub

Public Function TakeNotices() As String
    TakeNotices = shown
    shown = ""
End Function
""",
)

HANDLE = module(
    "RibbonHandle",
    """
Public Sub RememberRibbon(loaded As Object)
End Sub

Public Sub ForgetRibbon()
End Sub

Public Function RestoredRibbon() As Object
End Function
""",
)

FILTERS = module(
    "FilterStub",
    """
Public told As String

Public Sub Clear()
    told = "cleared"
End Sub

Public Sub Add(ByVal label As String, ByVal pattern As String)
    told = told & "," & label & ":" & pattern
End Sub
""",
    "class",
)

PICKER = module(
    "PickerStub",
    """
Public Title As String
Public AllowMultiSelect As Boolean
Public Filters As Object
Public SelectedItems As Object
Public Answer As Long

Public Function Show() As Long
    Show = Answer
End Function
""",
    "class",
)

DIALOGS = module(
    "DialogStub",
    """
Public chosenPaths As String
Public failingDialog As Boolean
Private lastPicker As Object

Public Function DialogOf(ByVal kind As Long) As Object
    Dim path As Variant
    Dim made As PickerStub
    If failingDialog Then Err.Raise 1004, "stub", "no dialog"
    Set made = New PickerStub
    Set made.Filters = New FilterStub
    Set made.SelectedItems = New Collection
    made.Answer = IIf(chosenPaths = "", 0, -1)
    For Each path In Split(chosenPaths, "|")
        made.SelectedItems.Add path
    Next path
    Set lastPicker = made
    Set DialogOf = made
End Function

Public Function FilesOpened(Optional ByVal MultiSelect As Boolean) As Variant
    If failingDialog And MultiSelect Then Err.Raise 1004, "stub", "one file only"
    If chosenPaths = "" Then
        FilesOpened = False
    ElseIf MultiSelect Then
        FilesOpened = Split(chosenPaths, "|")
    Else
        FilesOpened = chosenPaths
    End If
End Function

Public Function AskedFor() As String
    If Not lastPicker Is Nothing Then AskedFor = lastPicker.Title & "/" & lastPicker.AllowMultiSelect & "/" & lastPicker.Filters.told
End Function
""",
)

CONTROL = module("IRibbonControl", "\nPublic Tag As String\n", "class")

PROBE = module(
    "Probe",
    """
Public Function Sentinel() As String
    Sentinel = "compiled " & AddinVersion()
End Function

Public Function Click(ByVal id As String) As String
    Dim control As IRibbonControl
    Set control = New IRibbonControl
    control.Tag = id
    OnCommand control
    Click = TakeCalls() & "|" & TakeNotices()
End Function

Public Function ClickWithin(ByVal id As String, ByVal other As String) As String
    nested = other
    ClickWithin = Click(id)
    nested = ""
End Function

Public Function ClickFailing(ByVal id As String, ByVal reason As String) As String
    failing = reason
    ClickFailing = Click(id)
    failing = ""
End Function

Public Function ClickLater(ByVal id As String, ByVal minutes As String) As String
    later = later + Val(minutes)
    ClickLater = Click(id)
End Function

Public Function Finish() As String
    FinishCommand
    Finish = CStr(StatusBarText)
End Function

Public Function StatusDuring() As String
    StatusDuring = during
End Function

Public Function StatusNow() As String
    StatusNow = CStr(StatusBarText)
End Function

Public Function Notify(ByVal text As String) As String
    StatusBarText = text
End Function

Public Function Enabled(ByVal id As String) As String
    Dim control As IRibbonControl
    Dim answer As Variant
    Set control = New IRibbonControl
    control.Tag = id
    GetEnabled control, answer
    Enabled = CStr(answer)
End Function

Public Function Visible() As String
    Dim answer As Variant
    GetTabVisible Nothing, answer
    Visible = CStr(answer)
End Function

Public Function Text(ByVal code As String) As String
    Text = AddinText(code)
End Function

Public Function Refused(ByVal bookName As String) As String
    Refused = RefusedIn(bookName)
End Function

Public Function Interpreter() As String
    On Error GoTo failed
    Interpreter = ConfiguredInterpreter()
    Exit Function
failed:
    Interpreter = Err.Description
End Function


Public Function PickFiles(ByVal title As String, ByVal paths As String) As String
    chosenPaths = paths
    PickFiles = ChooseFiles(title)
End Function

Public Function PickFolder(ByVal title As String, ByVal path As String) As String
    chosenPaths = path
    PickFolder = ChooseFolder(title)
End Function

Public Function FailDialogs(ByVal text As String) As String
    failingDialog = text <> ""
End Function

Public Function Ascii(ByVal text As String) As String
    Ascii = InAscii(text) & "|" & FromAscii(InAscii(text))
End Function

Public Function Asked() As String
    Asked = AskedFor()
End Function

Public Function Copied(ByVal path As String) As String
    Copied = SaveCopyOf(InAscii(ActiveWorkbook.Name), path)
End Function

Public Function Warm(ByVal path As String) As String
    library = path
    Warm = CStr(UsesWarmServer())
End Function

Public Function Rename(ByVal fromTitle As String, ByVal title As String) As String
    ActiveWorkbook.Worksheets(fromTitle).Name = title
End Function
""",
)

INSTEAD = ((r"\bApplication\.StatusBar\b", "StatusBarText"), (r"\bNow\b", "ClockNow()"),
           (r"\bFileExists\b", "FileIsThere"), (r"\bApplication\.FileDialog\b", "DialogOf"),
           (r"\bApplication\.GetOpenFilename\b", "FilesOpened"))  # fmt: skip
"""What stands for what in the add-in's own modules. (FileExists is a function of LibreOffice's Basic, too.)"""

ALL = (RUN_PYTHON, NOTICE, HANDLE, CONTROL, FILTERS, PICKER, DIALOGS, PROBE)
