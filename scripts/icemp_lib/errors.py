# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The exceptions whose text is meant for the user: no traceback for these."""


def expected() -> tuple[type[Exception], ...]:
    """Exception classes that icemp prints as one message."""
    from . import apt, bench, guest, image, qmp, sdk, steps, vm
    return (apt.AptError, bench.BenchError, guest.GuestError, image.ImageError, qmp.QmpError,
            sdk.SdkError, steps.StepFailed, vm.VMError)
