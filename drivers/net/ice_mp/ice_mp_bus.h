/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_BUS_H_
#define _ICE_MP_BUS_H_

/**
 * @file
 * How the driver reaches a device: PCI (ice_mp_pci.c) or, for tests without
 * hardware, a device model in the same process (test/sim). The driver proper
 * sees only this.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_compat.h>
#include <rte_dev.h>

struct ice_mp_bus;

struct ice_mp_bus_ops {
	/** Short name for logs: "pci", "sim". */
	const char *name;
	/** Slow-path register access. Any thread; `reg` is a BAR0 offset. A
	 * device that is gone reads as all ones. */
	uint32_t (*reg_read)(struct ice_mp_bus *bus, uint32_t reg);
	void (*reg_write)(struct ice_mp_bus *bus, uint32_t reg, uint32_t val);
	/** Where the data path stores the tail of a queue (32-bit store after
	 * a write barrier). Valid until the bus is destroyed; same address in
	 * every process. */
	volatile uint32_t *(*doorbell)(struct ice_mp_bus *bus, uint32_t reg);
	/** Enable vectors 0..nb-1, all at once, each with an eventfd of its
	 * own (semaphore-less, non-blocking). Control thread only.
	 * @return 0 or -errno. */
	int (*intr_enable)(struct ice_mp_bus *bus, uint16_t nb);
	/** Undo intr_enable; the eventfds are closed. */
	void (*intr_disable)(struct ice_mp_bus *bus);
	/** eventfd of a vector that is enabled, else -1. Owned by the bus. */
	int (*intr_fd)(struct ice_mp_bus *bus, uint16_t vec);
	/** Is the device still there? (surprise removal) */
	bool (*present)(struct ice_mp_bus *bus);
};

/**
 * One device as its bus presents it. Embedded in the bus's own object;
 * process-local.
 */
struct ice_mp_bus {
	const struct ice_mp_bus_ops *ops;
	struct rte_device *dev;		/**< ethdevs' parent device */
	uint16_t max_vectors;		/**< MSI-X vectors the function has */
	uint16_t max_vfs;		/**< VFs enabled at scan time */
};

/**
 * Probe the device behind `bus`: reset, AdminQ, discovery, one ethdev per
 * port (primary process), or attach to the primary's ethdevs (secondary).
 * All or nothing: on error no ethdev, thread, callback or memory is left.
 *
 * @param bus   stays valid until ice_mp_detach() returns; in a secondary it
 *              is needed during the call only
 * @param args  devargs string (may be NULL or empty)
 * @return 0 or -errno
 */
__rte_internal
int ice_mp_attach(struct ice_mp_bus *bus, const char *args);

/**
 * Close every ethdev of the device and free the PF. Idempotent.
 * @return 0; -ENODEV when no PF belongs to dev
 */
__rte_internal
int ice_mp_detach(struct rte_device *dev);

#endif /* _ICE_MP_BUS_H_ */
