"""The composition root: settings in, working parts out. Nothing below knows settings, nothing above builds parts."""
