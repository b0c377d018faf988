/**
 * What backups contain, told by their send streams alone: neither btrfs nor any privilege is
 * needed. {@link org.btrfs2s3.core.inventory.InventoryReader} reads a chain and applies it, command
 * by command, to a tree in memory; {@link org.btrfs2s3.core.inventory.Inventory} is the result.
 *
 * <p>May use the send stream format, the catalog and what reads the content of backups.
 */
@NullMarked
package org.btrfs2s3.core.inventory;

import org.jspecify.annotations.NullMarked;
