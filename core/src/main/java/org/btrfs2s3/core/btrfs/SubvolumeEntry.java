package org.btrfs2s3.core.btrfs;

/** A subvolume directly in a directory. */
public record SubvolumeEntry(EntryName name, SubvolumeInfo info) {}
