Attribute VB_Name = "ServiceRibbon"
Option Explicit
' What the ribbon calls. A button's tag is the id of a command; Python does the rest:
'   OnCommand -> RunCommand -> RunPython "import xlsvc.button; xlsvc.button.click('<id>')"
' On Windows RunPython comes back when Python is done. On the Mac it comes back at once, so only Python
' can say that the command is over: it runs FinishCommand. A busy flag nobody cleared expires by itself.

Private Const BUSY_MINUTES As Long = 10
Private Const WARM_UP_SECONDS As Long = 2
Private Const ADDIN_FILE As String = "xlsvc.xlam"

Private ribbon As Object
Private events As AddinEvents
Private busySince As Date
Private warmedUp As Boolean

' --- callbacks of the ribbon ---

Public Sub OnLoad(loaded As IRibbonUI)
    Set ribbon = loaded
    RememberRibbon loaded
    WatchWorkbooks
End Sub

Public Sub OnCommand(control As IRibbonControl)
    RunCommand control.Tag
End Sub

Public Sub GetEnabled(control As IRibbonControl, ByRef enabled)
    On Error GoTo unknown
    enabled = WorksWithoutLedger(control.Tag) Or IsLedger(ActiveWorkbook)
    Exit Sub
unknown:
    enabled = True
End Sub

' The demo ledger carries the ribbon too: its tab stays away where the add-in already shows it.
Public Sub GetTabVisible(control As IRibbonControl, ByRef visible)
    On Error GoTo unknown
    visible = ThisWorkbook.IsAddin Or Not IsOpen(ADDIN_FILE)
    Exit Sub
unknown:
    visible = True
End Sub

' --- a command from click to end ---

Public Sub RunCommand(ByVal id As String)
    Dim book As Workbook
    Dim refused As String
    Dim reason As String

    On Error GoTo failed
    WatchWorkbooks
    If Not IsCommandId(id) Then Exit Sub
    If IsBusy() Then
        ShowNotice AddinText("busy")
        Exit Sub
    End If
    Set book = CallerBook()
    If book Is Nothing Then
        ShowNotice AddinText("protected_view")
        Exit Sub
    End If
    If Not WorksWithoutLedger(id) And Not IsLedger(book) Then
        ShowNotice Replace(AddinText("no_ledger"), "{file}", book.Name)
        Exit Sub
    End If
    refused = RefusedIn(book.Name)
    If refused <> "" Then
        ShowNotice Replace(Replace(AddinText("name"), "{characters}", refused), "{file}", book.Name)
        Exit Sub
    End If
    BeginWork
    RunPython "import xlsvc.button; xlsvc.button.click('" & id & "')"
    #If Mac Then
        ' Python is still at work: it runs FinishCommand.
    #Else
        FinishCommand
    #End If
    Exit Sub
failed:
    reason = Err.Description
    FinishCommand
    ShowNotice Replace(AddinText("failed"), "{reason}", reason)
End Sub

' Run by Python when a command is over, by whatever way. What Python wrote into the status bar stays.
Public Sub FinishCommand()
    busySince = 0
    Application.Cursor = xlDefault
    If CStr(Application.StatusBar) = AddinText("working") Then Application.StatusBar = False
End Sub

Public Function AddinVersion() As String
    AddinVersion = PackageVersion()
End Function

Private Sub BeginWork()
    busySince = Now
    Application.StatusBar = AddinText("working")
    Application.Cursor = xlWait
End Sub

Private Function IsBusy() As Boolean
    Dim minutes As Double
    minutes = (Now - busySince) * 24 * 60
    IsBusy = busySince <> 0 And minutes >= 0 And minutes < BUSY_MINUTES
End Function

Private Function IsCommandId(ByVal id As String) As Boolean
    Dim position As Long
    IsCommandId = Len(id) > 0
    For position = 1 To Len(id)
        If InStr("abcdefghijklmnopqrstuvwxyz_-", Mid$(id, position, 1)) = 0 Then IsCommandId = False
    Next position
End Function

' --- the workbook in front ---

' The active workbook; a new one where none is open, because Python has to be called from one; Nothing in
' front of a file in protected view, which no macro can reach.
Private Function CallerBook() As Workbook
    If InProtectedView() Then Exit Function
    If ActiveWorkbook Is Nothing Then
        Set CallerBook = Workbooks.Add
    Else
        Set CallerBook = ActiveWorkbook
    End If
End Function

Private Function InProtectedView() As Boolean
    #If Mac Then
    #Else
        On Error GoTo unknown  ' spreadsheet programs without such a view
        InProtectedView = Not Application.ActiveProtectedViewWindow Is Nothing
unknown:
    #End If
End Function

Public Function IsLedger(book As Workbook) As Boolean
    If book Is Nothing Then Exit Function
    If Not HasSheet(book, AddinText("sheet_settings")) Then Exit Function
    IsLedger = HasSheet(book, AddinText("sheet_response_log")) Or HasSheet(book, AddinText("sheet_process_log"))
End Function

Private Function HasSheet(book As Workbook, ByVal title As String) As Boolean
    Dim sheet As Object
    For Each sheet In book.Worksheets
        If sheet.Name = title Then
            HasSheet = True
            Exit Function
        End If
    Next sheet
End Function

Private Function IsOpen(ByVal fileName As String) As Boolean
    On Error GoTo missing
    IsOpen = Workbooks(fileName).Name <> ""  ' a loaded add-in is found by name though it is not listed
missing:
End Function

' What in a workbook's name the way to Python would not carry over unchanged; "" when all is well.
' Only the name travels, never the folder, so folders may hold anything.
' Mac: the name stands between double quotes in a shell command ($ ` \ " act there), in a text that is cut
'   at |, and xlwings cuts the argument --wb= at =.
' Windows: with the warm server the workbook itself is handed over and any name will do. Without it the name
'   stands between double quotes for cmd.exe, which still replaces %NAME% (and !NAME! where the registry says so).
Public Function RefusedIn(ByVal bookName As String) As String
    Dim acting As String
    Dim position As Long
    Dim letter As String

    #If Mac Then
        acting = "$`\""|="
    #Else
        If UsesWarmServer() Then Exit Function
        acting = "%!""="
    #End If
    For position = 1 To Len(bookName)
        letter = Mid$(bookName, position, 1)
        If InStr(acting, letter) > 0 And InStr(RefusedIn, letter) = 0 Then RefusedIn = RefusedIn & " " & letter
        If AscW(letter) >= 0 And AscW(letter) < 32 Then RefusedIn = RefusedIn & " " & AddinText("line_break")
    Next position
    If Trim$(bookName) <> bookName Then RefusedIn = RefusedIn & " " & AddinText("outer_blank")
    RefusedIn = Trim$(RefusedIn)
End Function

' --- following the workbook in front ---

Public Sub WatchWorkbooks()
    If events Is Nothing Then
        Set events = New AddinEvents
        events.Watch
    End If
End Sub

' Run by AddinEvents whenever another workbook comes to the front.
Public Sub WorkbookChanged()
    On Error GoTo quiet
    If ribbon Is Nothing Then Set ribbon = RestoredRibbon()
    If Not ribbon Is Nothing Then ribbon.Invalidate
    If IsLedger(ActiveWorkbook) Then WarmUpSoon
quiet:
End Sub

' --- warm start: Python is there before the first click (Windows only) ---

Private Sub WarmUpSoon()
    #If Mac Then
    #Else
        If warmedUp Then Exit Sub
        warmedUp = True
        If Not UsesWarmServer() Then Exit Sub
        Application.OnTime Now + TimeSerial(0, 0, WARM_UP_SECONDS), _
            "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!ServiceRibbon.WarmUp"
    #End If
End Sub

Public Sub WarmUp()
    #If Mac Then
    #Else
        On Error GoTo quiet  ' the first click says what is wrong; a timer must not
        XLPy.Exec "import xlsvc.button; xlsvc.button.warm_up()"
quiet:
    #End If
End Sub
