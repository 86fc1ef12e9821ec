/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_WATCH_H_
#define _ICE_MP_WATCH_H_

/** @file The event engine's watch over queues. */

struct ice_mp_port;

enum ice_mp_verdict {
	ICE_MP_QUEUE_FINE,
	ICE_MP_QUEUE_LOST,	/**< hangs, and resets do not help: said once */
	ICE_MP_QUEUE_HANGS,	/**< a reset of the function may help */
};

/** Look at a port's queues; the worst is returned. Event thread, control lock
 * held. */
enum ice_mp_verdict ice_mp_watch_port(struct ice_mp_port *port);

#endif /* _ICE_MP_WATCH_H_ */
