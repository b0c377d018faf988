package org.btrfs2s3.core.restore;

import java.util.List;

/** What a restore fetches: each send parent before its children. */
public record RestorePlan(List<RestoreMember> members) {

  public RestorePlan {
    members = List.copyOf(members);
  }

  public List<RestoreMember> fetched() {
    return members.stream().filter(member -> !member.reused()).toList();
  }

  /** Stored bytes that are going to be read. */
  public long bytesToFetch() {
    return fetched().stream().mapToLong(member -> member.backup().stored().size()).sum();
  }
}
