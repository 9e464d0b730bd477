#include "runtime/loss_watch.h"

#include <doctest/doctest.h>

using runtime::LossWatch;

TEST_CASE("loss watch: a loss a thousand times the first is told once") {
    LossWatch watch;
    for (const float loss : {2.0F, 1.5F, 1999.0F}) CHECK_FALSE(watch.diverges(loss));
    CHECK(watch.diverges(2000.0F));
    CHECK(watch.first() == 2.0F);
    for (const float loss : {3000.0F, 1.0F, 1e9F}) CHECK_FALSE(watch.diverges(loss));
}

TEST_CASE("loss watch: a first loss that is small already counts as 1") {
    for (const float first : {0.0F, 1e-6F, 0.5F}) {
        LossWatch watch;
        CHECK_FALSE(watch.diverges(first));
        CHECK_FALSE(watch.diverges(999.0F));
        CHECK(watch.diverges(1000.0F));
    }
}
