package org.btrfs2s3.core.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.btrfs2s3.policy.Ctransid;

final class BackupKeyPropertyTest {

  @Property(seed = "7032", tries = 500)
  void readsWhatItWrites(
      @ForAll("bases") String base,
      @ForAll("identities") BackupIdentity identity,
      @ForAll("zones") ZoneId zone,
      @ForAll("suffixes") List<String> suffixes) {
    ParsedKey.Known known =
        (ParsedKey.Known) BackupKey.decode(BackupKey.encode(base, identity, zone, suffixes));

    assertThat(known.label().base()).isEqualTo(base);
    assertThat(known.identity()).isEqualTo(identity);
    assertThat(known.contentSuffixes()).isEqualTo(suffixes);
  }

  @Property(seed = "7033", tries = 2000)
  void acceptsAnyString(@ForAll @StringLength(max = 80) String key) {
    assertThat(BackupKey.decode(key)).isNotNull();
  }

  @Property(seed = "7034", tries = 2000)
  void acceptsAnySuffixes(
      @ForAll("codes") List<String> codes, @ForAll @StringLength(max = 30) String text) {
    assertThat(BackupKey.decode("a." + String.join(text + ".", codes) + text)).isNotNull();
  }

  @Property(seed = "7035", tries = 2000)
  void acceptsAnyDigitsInATime(@ForAll("timeLike") String text) {
    assertThat(BackupKey.decode("a.ctim" + text + ".ctid7.mdvn1.seqn0")).isNotNull();
  }

  @Provide
  Arbitrary<String> bases() {
    return Arbitraries.of("data", ".hidden", "@home", "my data", "Größe", "d.a.t.a", "..x", "a\nb");
  }

  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(ZoneId.getAvailableZoneIds().stream().sorted().toList()).map(ZoneId::of);
  }

  @Provide
  Arbitrary<List<String>> suffixes() {
    return Arbitraries.of(List.of(), List.of(".zst"), List.of(".zst", ".gpg"), List.of(".gz"));
  }

  @Provide
  Arbitrary<List<String>> codes() {
    return Arbitraries.of("ctim", "ctid", "uuid", "sndp", "prnt", "mdvn", "seqn", "").list();
  }

  @Provide
  Arbitrary<String> timeLike() {
    return Arbitraries.strings().withChars("0123456789WTZ:-+, ").ofMaxLength(25);
  }

  @Provide
  Arbitrary<BackupIdentity> identities() {
    Arbitrary<UUID> uuids =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    return Combinators.combine(
            uuids,
            uuids,
            uuids.filter(uuid -> !uuid.equals(BackupKey.ZERO)).injectNull(0.3),
            Arbitraries.bigIntegers().map(BigInteger::abs).map(Ctransid::new),
            Arbitraries.longs()
                .between(-62_000_000_000L, 253_000_000_000L)
                .map(Instant::ofEpochSecond))
        .as(BackupIdentity::new);
  }
}
