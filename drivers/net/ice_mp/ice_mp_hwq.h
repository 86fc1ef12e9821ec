/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_HWQ_H_
#define _ICE_MP_HWQ_H_

/**
 * @file
 * Queues as the hardware knows them, by absolute number, whoever's they are.
 * Control lock held.
 */

#include "ice_mp.h"

/** What an Rx queue is to do. */
struct ice_mp_hw_rxq {
	uint64_t ring;			/**< bus address, a multiple of 128 */
	uint16_t nb_desc;
	uint16_t buf_size;		/**< bytes, a multiple of 128 */
	uint16_t max_frame;		/**< bytes */
	uint8_t rxdid;			/**< ICE_MP_RXDID_*, format of write-backs */
	bool keep_crc;
	bool short_desc;		/**< descriptors of 16 bytes, else 32 */
	uint8_t hsplit;			/**< RLAN_CTX_HSPLIT0_*: headers apart, 0: not */
	uint16_t hdr_size;		/**< bytes of a header buffer, a multiple of 64 */
	bool stamp;			/**< frames get a time stamp, in long descriptors */
};

/** What a Tx queue is to do. */
struct ice_mp_hw_txq {
	uint64_t ring;			/**< bus address, a multiple of 128 */
	uint16_t nb_desc;
	uint16_t vsi;
	uint8_t lport;
	int vf;				/**< whose it is; negative: the PF's */
};

/** Write the context of a queue that is off. */
void ice_mp_hw_rxq_program(struct ice_mp_pf *pf, uint16_t hwq, const struct ice_mp_hw_rxq *q);
/** Turn an Rx queue on or off and wait, bounded, until it is.
 * @return 0, -EIO, -ETIMEDOUT */
int ice_mp_hw_rxq_switch(struct ice_mp_pf *pf, uint16_t hwq, bool on);
/** Make a Tx queue (0x0C30), which is on then. */
int ice_mp_hw_txq_add(struct ice_mp_pf *pf, uint32_t qgrp_teid, uint16_t hwq,
		      const struct ice_mp_hw_txq *q, uint32_t *teid);

#endif /* _ICE_MP_HWQ_H_ */
