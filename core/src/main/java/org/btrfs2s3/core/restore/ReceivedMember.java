package org.btrfs2s3.core.restore;

import java.util.UUID;
import org.btrfs2s3.core.btrfs.EntryName;

/**
 * A chain member that lies, complete and checked, under its hidden name.
 *
 * @param id the random UUID under which it was received; its children name it by that
 */
record ReceivedMember(RestoreMember member, EntryName hidden, UUID id) {}
