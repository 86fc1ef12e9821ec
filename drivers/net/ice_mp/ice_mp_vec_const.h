/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VEC_CONST_H_
#define _ICE_MP_VEC_CONST_H_

/**
 * @file
 * Constants of the vector paths, in lanes of 16 bytes. They come from memory: a
 * compiler that knew them would make each in several steps, which bursts of a few
 * packets feel.
 */

#include <stdint.h>

#include <rte_common.h>

struct ice_mp_vec_const {
	/** Rx, of length and status of two frames: bits that count, what the least
	 * length is and what the status must be. */
	uint32_t rx_look[4], rx_must[4];
	/** What of a descriptor goes where in an mbuf, from packet_type on. */
	uint8_t rx_fields[16];
	/** Rx flags of checksums, halved to fit a byte, by status bits 6:3 (L3L4P, IPE,
	 * L4E, EIPE); the others by bits 13:12 (RSS_VALID, L2TAG1P). */
	uint8_t rx_ck[16], rx_rest[16];
	/** Bits of an index into these. */
	uint32_t rx_ck_bits[4], rx_rest_bits[4];
	/** Tx, of data_len of two packets and nb_segs of two packets: bits that count,
	 * least values. */
	uint32_t tx_look[4], tx_min[4];
	uint32_t tx_eop[4];	/**< commands of a packet without offloads */
	uint8_t tx_data_off[16];	/**< words 0 and 2, zero-extended (byte shuffle) */
} __rte_aligned(16);

extern const struct ice_mp_vec_const ice_mp_vec_const __attribute__((visibility("hidden")));

#endif /* _ICE_MP_VEC_CONST_H_ */
