package org.btrfs2s3.core.restore;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a restore fetches.
 *
 * @param members each send parent before its children
 * @param there what is wanted, and what an earlier restore has made already
 * @param unrestorable what was selected and cannot be restored, one message each
 * @param passedOver sources of which every backup is later than what was asked for, in words
 * @param streamBytes by their UUIDs, how long the send streams of those backups are that the remote
 *     tells it of
 */
public record RestorePlan(
    List<RestoreMember> members,
    List<RestoreMember> there,
    List<String> unrestorable,
    List<String> passedOver,
    Map<UUID, Long> streamBytes) {

  public RestorePlan {
    members = List.copyOf(members);
    there = List.copyOf(there);
    unrestorable = List.copyOf(unrestorable);
    passedOver = List.copyOf(passedOver);
    streamBytes = Map.copyOf(streamBytes);
  }

  public List<RestoreMember> fetched() {
    return members.stream().filter(member -> !member.reused()).toList();
  }

  /** Those that get their final names. */
  public List<RestoreMember> wanted() {
    return members.stream().filter(RestoreMember::wanted).toList();
  }

  /** Stored bytes that are going to be read, once. */
  public long bytesToFetch() {
    return fetched().stream().mapToLong(member -> member.backup().size()).sum();
  }

  /**
   * Bytes that the file system is going to need, ancestors included: the lengths of the send
   * streams, or, where those are not known, what is stored, which is usually compressed.
   */
  public long spaceNeeded() {
    return fetched().stream()
        .mapToLong(
            member -> streamBytes.getOrDefault(member.backup().uuid(), member.backup().size()))
        .sum();
  }

  /** Whether {@link #spaceNeeded} is what is stored, at least in part: more may be needed. */
  public boolean needsMoreSpace() {
    return fetched().stream().anyMatch(member -> !streamBytes.containsKey(member.backup().uuid()));
  }

  RestorePlan withStreamBytes(Map<UUID, Long> known) {
    return new RestorePlan(members, there, unrestorable, passedOver, known);
  }
}
