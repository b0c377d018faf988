package org.btrfs2s3.s3;

import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * Takes out of listings what servers repeat of the request, and what nobody needs. Ceph says that
 * all of an answer is URL-encoded, but repeats the prefix as it is: the SDK, which decodes it after
 * this, fails of a % in it.
 */
final class WithoutEchoes implements ExecutionInterceptor {
  @Override
  public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes unused) {
    return context.response() instanceof ListObjectsV2Response listing
        ? listing.toBuilder().prefix(null).delimiter(null).startAfter(null).build()
        : context.response();
  }
}
