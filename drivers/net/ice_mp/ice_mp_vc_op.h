/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VC_OP_H_
#define _ICE_MP_VC_OP_H_

/** @file What is known of each message before its handler looks at it. */

#include "ice_mp_vc_priv.h"

struct ice_mp_vc_op_desc {
	ice_mp_vc_handler fn;		/**< NULL: there is no such message */
	uint16_t len;			/**< bytes, without the elements of its list */
	uint16_t elem;			/**< bytes of an element, 0: no list */
	uint8_t nb_at;			/**< where the number of elements is, 16 bits */
	uint8_t slack;			/**< bytes more that stock clients send */
	uint8_t states;			/**< bit per enum ice_mp_vf_state */
	bool vsi;			/**< names a VSI, at vsi_at */
	uint8_t vsi_at;
	uint32_t caps;			/**< any of them must be granted; 0: none */
};

/** By opcode. @return NULL: unknown */
const struct ice_mp_vc_op_desc *ice_mp_vc_op(uint32_t opcode);
/** Is the message exactly as long as it says? Nothing of it lies beyond `len`. */
bool ice_mp_vc_op_len_ok(const struct ice_mp_vc_op_desc *op, const struct ice_mp_vf *vf,
			 const uint8_t *msg, uint16_t len);

#endif /* _ICE_MP_VC_OP_H_ */
