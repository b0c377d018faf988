package org.btrfs2s3.app.config;

/**
 * A key of a mapping and its value; for an item of a list, the list's key and the item.
 *
 * @param position of the key
 */
record Field(String key, Position position, Node value) {}
