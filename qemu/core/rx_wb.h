/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _RX_WB_H_
#define _RX_WB_H_

/** @file Write-backs of Rx descriptors. */

#include "ice_core_priv.h"

/** What the write-backs of one frame say. */
struct icc_rx_meta {
	uint16_t ptype;
	uint16_t status;	/**< ICE_MP_RX_S0_* without DD and EOF */
	bool tag, tag2;		/**< show the (outer) stripped tag, the inner one */
	uint16_t tci, tci2;
	bool nat;		/**< tunnel in UDP */
	uint32_t hash;
	bool hashed;
	uint64_t stamp;		/**< arrival by the device's clock, ns; when q->stamp */
};

/** Fill the write-back of one fragment in the queue's format. hdr_len: bytes that went
 * to its header buffer. */
void icc_rx_make_wb(const struct icc_rxq *q, union ice_mp_rx_desc *d, const struct icc_rx_meta *m,
		    uint16_t frag_len, uint16_t hdr_len, bool eof);

#endif /* _RX_WB_H_ */
