package org.btrfs2s3.core.restore;

import java.util.List;

/**
 * What a restore fetches.
 *
 * @param members each send parent before its children
 * @param unrestorable what was selected and cannot be restored, one message each
 */
public record RestorePlan(List<RestoreMember> members, List<String> unrestorable) {

  public RestorePlan {
    members = List.copyOf(members);
    unrestorable = List.copyOf(unrestorable);
  }

  public List<RestoreMember> fetched() {
    return members.stream().filter(member -> !member.reused()).toList();
  }

  /** Stored bytes that are going to be read. */
  public long bytesToFetch() {
    return fetched().stream().mapToLong(member -> member.backup().size()).sum();
  }
}
