"""Two hundred texts that a careless driver would run, cut short or lose."""

from __future__ import annotations

CANARY = "/sdcard/canary"
_TOUCH = f"echo x > {CANARY}"

_SHELL = [
    f"; {_TOUCH}", f"a; {_TOUCH};", f"&& {_TOUCH}", f"|| {_TOUCH}", f"| cat > {CANARY}", f"& {_TOUCH} &",
    f"$({_TOUCH})", f"`{_TOUCH}`", f"${{x:=$({_TOUCH})}}", f"$(({_TOUCH}))", f"<({_TOUCH})", f">{CANARY}",
    f">>{CANARY}", f"2>{CANARY}", f"</dev/null >{CANARY}", f"\n{_TOUCH}\n", f"\r\n{_TOUCH}", f"' ; {_TOUCH} ; '",
    f"'; {_TOUCH} #", f'"; {_TOUCH} #', f'" ; {_TOUCH} ; "', f"\\'; {_TOUCH} #", f"\\\\'; {_TOUCH}", f"'\"'; {_TOUCH}",
    f"'\\''; {_TOUCH}", f"'$({_TOUCH})'", f'"$({_TOUCH})"', f"`'{_TOUCH}'`", f"{{ {_TOUCH}; }}", f"( {_TOUCH} )",
    f"if true; then {_TOUCH}; fi", f"eval '{_TOUCH}'", f"sh -c '{_TOUCH}'", f"# {_TOUCH}", f"#\n{_TOUCH}",
    f"<<EOF\n{_TOUCH}\nEOF", f"$'\\n{_TOUCH}'", f"!; {_TOUCH}", f"%s; {_TOUCH}", f"%0a{_TOUCH}", f"\\n{_TOUCH}",
    f"\\;{_TOUCH}", f"\\$({_TOUCH})", f"\t; {_TOUCH}", f"a=$({_TOUCH})", f"a=1 {_TOUCH}", f"-n; {_TOUCH}",
    f"[ -e / ] && {_TOUCH}", f"* ; {_TOUCH}", f"~; {_TOUCH}",
]  # fmt: skip
_SIGNS = [
    "", " ", "  ", "'", '"', "''", '""', "\\", "\\\\", "\\\\\\", "`", "``", "$", "$$", "$?", "$1", "$@", "$*", "$#",
    "$HOME", "${HOME}", "${", "$(", "$((1+1))", "$'x'", '$"x"', "!", "!!", "!1", "#", "#x", "a#b", "*", "?", "[a]",
    "[", "]", "{a,b}", "{", "}", "{}", "~", "~root", "<", ">", "|", "||", "&", "&&", ";", ";;", "(", ")", "()", "=",
    "a=b", "-n", "-e", "--", "-", "--help", "-d", "%", "%%", "%s", "%%s", "%s%s", "a%sb", "50%soff", "%d", "%n", "%x",
    "^", "@", ":", "/", "..", ".", "/dev/null", "2>&1", "&>", "0", "+1", "a\\", "a\\'b", 'a\\"b', "it's", 'say "hi"',
    "'\"'\"'", "\"'\"'\"", "don't; won't", "a  b   c", " lead", "trail ", "\ta\tb", "a\tb",
    "\\t", "\\n", "\\0", "\\x41",
    "\\101", "\\c", "\\e[31m", "NULL", "null", "true", "exit", "exit 7", "return", "break", "text", "tap 1 1",
]  # fmt: skip
_LINES = ["a\nb", "\n", "a\n", "\nb", "a\n\nb", "'\n'", '"\n"', "\\\n", "a\\\nb", "a;\nb", "$(\n)", "`\n`", "a\n#b\nc"]
_WORLD = [
    "你好，世界",
    "日本語のテスト", "안녕하세요", "مرحبا بالعالم", "שלום עולם", "Привет", "Ελληνικά", "ไทย", "नमस्ते", "é",
    "e\u0301", "ß", "İ", "ﬁ", "🎉", "👩‍👩‍👧‍👦", "🇨🇭", "\u202eabc", "\u200b", "\u200f", "a\u00a0b", "\ufeff", "‘quoted’",
    "“quoted”", "；", "｜", "＄（x）", "`你好`", "$(你好)", "'你好'", "𝔘𝔫𝔦", "\u2028", "\x7f", "\x1b[31m", "\x01",
]  # fmt: skip
_NUL = [f"a\0; {_TOUCH}", f"\0{_TOUCH}", f"'\0; {_TOUCH}", "a\0b", "\0"]

HOSTILE = [*dict.fromkeys([*_SHELL, *_SIGNS, *_LINES, *_WORLD, *_NUL])]
