# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The exceptions whose text is meant for the user: no traceback for these."""


class BenchError(Exception):
    """A measurement that means nothing; the text says why."""


def expected() -> tuple[type[Exception], ...]:
    """Exception classes that icemp prints as one message."""
    from . import apt, demo, guest, image, netns, qmp, sdk, steps, traffic, vm
    return (apt.AptError, BenchError, demo.DemoError, guest.GuestError, image.ImageError,
            netns.NetnsError, qmp.QmpError, sdk.SdkError, steps.StepFailed,
            traffic.TrafficError, vm.VMError)
