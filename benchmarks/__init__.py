"""Every figure that we print, measured on the machine where it is printed."""
