/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <rte_io.h>

#define rte_write32_wc			rte_write32
#define rte_write32_wc_relaxed		rte_write32_relaxed
