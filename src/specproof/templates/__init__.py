"""The templates of generated tests. They arrange finished values; a folder of the same file names overrides them one by one."""
