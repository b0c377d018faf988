package org.btrfs2s3.core.store;

/**
 * A file that has the key of an object which is there under another name, and so is none. It is
 * never read, replaced or deleted.
 *
 * @param name of the file
 * @param counting the name of the file that is the object
 */
public record SecondFile(ObjectKey key, String name, String counting) {}
