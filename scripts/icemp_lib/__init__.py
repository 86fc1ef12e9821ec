# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""What the icemp command is made of: setup steps, guest image, VM, benches."""
