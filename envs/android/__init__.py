"""An Android phone over ADB, and a stand-in that real clients cannot tell from one."""
