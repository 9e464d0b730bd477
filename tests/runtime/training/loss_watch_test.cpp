#include "runtime/training/loss_watch.h"

#include <doctest/doctest.h>

using runtime::LossWatch;

TEST_CASE("loss watch: a hundred losses in a row that are a thousand times the first are told once") {
    LossWatch watch;
    for (const float loss : {2.0F, 1.5F, 1999.0F}) CHECK_FALSE(watch.diverges(loss));
    for (int i = 0; i < 99; ++i) CHECK_FALSE(watch.diverges(2000.0F));
    CHECK(watch.ended_high());
    CHECK(watch.diverges(1e9F));
    CHECK(watch.first() == 2.0F);
    for (int i = 0; i < 300; ++i) CHECK_FALSE(watch.diverges(1e9F));
    CHECK_FALSE(watch.ended_high());  // it was told
}

TEST_CASE("loss watch: a peak that passes is not told, one that training ends in is") {
    LossWatch watch;
    CHECK_FALSE(watch.ended_high());
    for (int i = 0; i < 300; ++i) CHECK_FALSE(watch.diverges(i % 99 == 0 ? 2.0F : 1e9F));
    CHECK(watch.ended_high());
    CHECK_FALSE(watch.diverges(2.0F));
    CHECK_FALSE(watch.ended_high());
}

TEST_CASE("loss watch: a first loss that is small already counts as 1") {
    for (const float first : {0.0F, 1e-6F, 0.5F}) {
        LossWatch watch;
        watch.diverges(first);
        watch.diverges(999.0F);
        CHECK_FALSE(watch.ended_high());
        watch.diverges(1000.0F);
        CHECK(watch.ended_high());
    }
}
