/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _OFFLOAD_H_
#define _OFFLOAD_H_

/** @file Tx offloads, on a packet gathered in a buffer of the core. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What the descriptors of a packet ask for. */
struct icc_tx_offload {
	uint16_t cmd;		/**< ICE_MP_TXD_CMD_* of the data descriptor */
	uint16_t maclen, iplen, l4len;	/**< bytes; of the inner headers in a tunnel */
	uint16_t l2tag1, l2tag2;
	bool ins_tag1, ins_tag2;
	bool tso;
	uint32_t tso_len;	/**< payload bytes */
	uint16_t mss;
	/* tunnel: outer headers in front of maclen */
	uint8_t eipt;		/**< ICE_MP_TXC_EIPT_* */
	uint16_t eiplen, natlen;
	bool udp_tunnel, l4t_cs;
	uint8_t swtch;		/**< ICE_MP_TXC_CMD_SWTCH_*, 0: as the rules say */
	uint16_t swtch_vsi;
	bool dummy;		/**< carries programming, is not to be sent */
};

/** Bytes in front of the (inner) L4 payload. */
unsigned int icc_offload_hdr_len(const struct icc_tx_offload *o);

/** Are the lengths consistent with a packet of `len` bytes? */
bool icc_offload_valid(const struct icc_tx_offload *o, size_t len);
/** Insert the checksums that are asked for, in place. */
void icc_offload_csum(const struct icc_tx_offload *o, uint8_t *pkt, size_t len);
/** Insert the VLAN tags; buf has 8 bytes of room behind len. @return length */
size_t icc_offload_vlan(const struct icc_tx_offload *o, uint8_t *buf, size_t len);
/** Number of segments of a TSO packet. */
unsigned int icc_tso_count(const struct icc_tx_offload *o);
/** Build segment `n` of pkt into out (checksums done, no tag). @return length */
size_t icc_tso_segment(const struct icc_tx_offload *o, const uint8_t *pkt, size_t len,
		       unsigned int n, uint8_t *out);

#endif /* _OFFLOAD_H_ */
