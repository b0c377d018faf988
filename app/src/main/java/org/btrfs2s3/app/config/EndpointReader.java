package org.btrfs2s3.app.config;

import java.net.URI;
import java.nio.file.Path;
import org.btrfs2s3.app.config.S3EndpointConfig.AccessKey;
import org.btrfs2s3.app.config.S3EndpointConfig.Verification;
import org.jspecify.annotations.Nullable;

/** Reads {@code s3.endpoint}. */
final class EndpointReader {

  private static final String KEY_ID = "aws_access_key_id";
  private static final String SECRET = "aws_secret_access_key";
  private static final KeySet KEYS =
      new KeySet(
          "'endpoint'", "profile_name", "region_name", KEY_ID, SECRET, "endpoint_url", "verify");

  private final Values values;
  private final Problems problems;

  EndpointReader(Problems problems) {
    this.values = new Values(problems);
    this.problems = problems;
  }

  S3EndpointConfig read(@Nullable Field field) {
    Fields fields = values.fields(field, KEYS);
    if (fields == null) {
      return new S3EndpointConfig(null, null, null, null, new Verification.Default());
    }
    return new S3EndpointConfig(
        textOrNull(fields.optional("profile_name")),
        textOrNull(fields.optional("region_name")),
        accessKey(fields),
        url(fields.optional("endpoint_url")),
        verification(fields.optional("verify")));
  }

  private @Nullable String textOrNull(@Nullable Field field) {
    Located<String> text = values.text(field);
    return text == null ? null : text.value();
  }

  private @Nullable AccessKey accessKey(Fields fields) {
    Field idField = fields.optional(KEY_ID);
    Field secretField = fields.optional(SECRET);
    if ((idField == null) != (secretField == null)) {
      Field present = idField == null ? secretField : idField;
      problems.error(
          present == null ? fields.position() : present.position(),
          "'%s' and '%s' can only be given together".formatted(KEY_ID, SECRET));
    }
    Located<String> id = values.text(idField);
    Located<String> secret = values.text(secretField);
    return id == null || secret == null
        ? null
        : new AccessKey(id.value(), new Secret(secret.value()));
  }

  private @Nullable URI url(@Nullable Field field) {
    Located<String> text = values.text(field);
    if (text == null) {
      return null;
    }
    var url = EndpointUrl.parse(text.value());
    if (url.isEmpty()) {
      problems.error(text.position(), "'endpoint_url' is not " + EndpointUrl.EXPECTED);
    }
    return url.orElse(null);
  }

  private Verification verification(@Nullable Field field) {
    Located<String> text = values.text(field);
    if (field == null || text == null) {
      return new Verification.Default();
    }
    Boolean flag = Values.flag(text.value());
    if (flag != null) {
      return flag ? new Verification.Default() : new Verification.Off();
    }
    Located<Path> file =
        values.path(field, text, "true, false or the absolute path of a file with certificates");
    return file == null ? new Verification.Default() : new Verification.Authorities(file);
  }
}
