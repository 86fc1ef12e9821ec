/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_H_
#define _ICE_CORE_H_

/**
 * @file
 * The ice_mp device: an E810-class function that owns 1..8 ports, as plain
 * C11. It knows neither QEMU nor DPDK; whoever embeds it (the QEMU glue, the
 * in-process sim, a fuzzer) fills in a table of operations.
 *
 * Threading: no call here is thread-safe. The embedder serialises every call
 * on one core (QEMU: the big lock; sim: a mutex). Operations are called from
 * within those calls, so an operation must not call back into the core, with
 * the exceptions named at each.
 *
 * Trust: nothing that comes from the driver (registers, descriptors, AdminQ
 * buffers) can crash, hang or overrun the core; each breach of the contract
 * between driver and device is recorded by the checker instead.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ICE_CORE_MAX_PORTS	8
#define ICE_CORE_MAX_FNS	257	/* the PF and 256 VFs */
#define ICE_CORE_FN_PF		0
/** The function of a VF, 0..255. */
#define ICE_CORE_FN_VF(vf)	((uint16_t)(1 + (vf)))
#define ICE_CORE_PORT_ALL	0xFF

struct ice_core;

/** One piece of a frame on its way out. */
struct ice_core_iov {
	const void *base;
	size_t len;
};

/** What the core needs from the world. `opaque` is ice_core_create()'s. */
struct ice_core_ops {
	/** Copy between guest memory, as function `fn` sees it, and `buf`.
	 * @return 0, or non-zero when any byte is not accessible to fn. */
	int (*dma_read)(void *opaque, uint16_t fn, uint64_t addr, void *buf, size_t len);
	int (*dma_write)(void *opaque, uint16_t fn, uint64_t addr, const void *buf, size_t len);
	/** Map guest memory; may be NULL (then the core copies). `*len` may
	 * come back smaller. NULL result: not mappable, the core copies.
	 * Valid until dma_unmap, which the core calls before it returns to
	 * its caller. `used`: bytes actually read or written. */
	void *(*dma_map)(void *opaque, uint16_t fn, uint64_t addr, size_t *len, bool write);
	void (*dma_unmap)(void *opaque, uint16_t fn, void *ptr, size_t len, bool write,
			  size_t used);
	/** Signal MSI-X vector `vec` of function `fn` (0-based in fn). */
	void (*msix)(void *opaque, uint16_t fn, uint16_t vec);
	/** Send a frame (no FCS) out of a port. The only operation from
	 * which the core may be entered again, by ice_core_rx() alone: a
	 * frame may come straight back at another port.
	 * @return true: taken; false: try again after ice_core_tx_ready(). */
	bool (*tx)(void *opaque, uint8_t lport, const struct ice_core_iov *iov,
		   unsigned int iovcnt, size_t len);
	/** The port can take received frames again: the embedder may deliver
	 * what it held back after ICE_CORE_RX_RETRY (later, not from here). */
	void (*rx_ready)(void *opaque, uint8_t lport);
	/** Monotonic time, ns. Virtual time in QEMU. */
	uint64_t (*now_ns)(void *opaque);
	/** Ask for ice_core_timer() at or after `deadline_ns` (UINT64_MAX:
	 * none). Replaces the previous request. */
	void (*timer)(void *opaque, uint64_t deadline_ns);
	/** Ask for ice_core_run() soon, from the embedder's own context. */
	void (*kick)(void *opaque);
	/** Optional diagnostics: one line, no newline. */
	void (*log)(void *opaque, const char *line);
	/** Optional: surprise removal asked for by a fault script. */
	void (*remove)(void *opaque);
	/** Optional: is function `fn` a bus master now (PCI command register)?
	 * What it cannot reach while it is not is nobody's breach of contract:
	 * a kernel takes the right away from a driver that dies, and resets
	 * the function a moment later. Absent: always. */
	bool (*bus_master)(void *opaque, uint16_t fn);
};

struct ice_core_cfg {
	uint8_t nb_ports;	/**< 1..8 */
	uint8_t mac[ICE_CORE_MAX_PORTS][6]; /**< permanent addresses, unicast */
	uint16_t nb_vfs;	/**< VFs the device can have, 0..256 */
	/** MSI-X vectors of the PF, those it lends to VFs included, 2..2048;
	 * 0: default, which grows with nb_vfs */
	uint16_t nb_vectors;
	/** Rx (= Tx) queues of the PF, likewise, 1..2048; 0: default */
	uint16_t nb_queues;
	uint16_t speed[ICE_CORE_MAX_PORTS]; /**< Gb/s: 10 25 40 50 100; 0: 100 */
	uint16_t pci_rid;	/**< bus << 8 | devfn, informative (PF_FUNC_RID) */
};
#define ICE_CORE_DEF_VECTORS	257
#define ICE_CORE_DEF_QUEUES	256
/** What the defaults above grow by for each VF. */
#define ICE_CORE_DEF_VF_VECTORS	5
#define ICE_CORE_DEF_VF_QUEUES	4

enum ice_core_reset {
	ICE_CORE_RESET_PFR,	/**< as PFGEN_CTRL.PFSWR */
	ICE_CORE_RESET_CORER,
	ICE_CORE_RESET_GLOBR,
	ICE_CORE_RESET_EMPR,
	ICE_CORE_RESET_FLR,	/**< PCI function level reset */
	ICE_CORE_RESET_POR,	/**< power on: everything */
};

enum ice_core_rx_rc {
	ICE_CORE_RX_DONE,	/**< delivered, or consumed by a filter or a counter */
	ICE_CORE_RX_RETRY,	/**< no Rx buffer yet: hold it until ops.rx_ready() */
};

/**
 * Create a device in power-on state.
 * @param err  where a reason is written on failure (may be NULL)
 * @return NULL when cfg is out of range or memory is short.
 */
struct ice_core *ice_core_create(const struct ice_core_cfg *cfg, const struct ice_core_ops *ops,
				 void *opaque, char *err, size_t errlen);
void ice_core_destroy(struct ice_core *core);

/** Reset as the hardware would. Driver-visible resets (CORER, GLOBR, EMPR)
 * announce themselves (RSTAT, OICR.GRST) and complete through the timer. */
void ice_core_reset(struct ice_core *core, enum ice_core_reset kind);

/**
 * VFs 0..nb-1 exist now (SR-IOV enabled in configuration space), the others
 * do not. A VF that goes loses everything, as by ice_core_vf_reset(), and the
 * PF hears of it. One that comes is as the PF left it, VFGEN_RSTAT included,
 * and the PF does not hear of it: Linux ice acknowledges VFLRs when it takes
 * VFs away, and would reset under its feet a driver that has just begun.
 * @param nb  at most cfg.nb_vfs
 */
void ice_core_set_vfs(struct ice_core *core, uint16_t nb);
/** Function level reset of a VF: its rings are off, the PF hears of it
 * (GLGEN_VFLRSTAT, OICR.VFLR). No effect on a VF that does not exist. */
void ice_core_vf_reset(struct ice_core *core, uint16_t vf);

/** BAR0 access of function fn. size is 1, 2, 4 or 8; unaligned or unknown
 * accesses read 0 / are ignored, and are recorded by the checker. */
uint64_t ice_core_reg_read(struct ice_core *core, uint16_t fn, uint32_t off, unsigned int size);
void ice_core_reg_write(struct ice_core *core, uint16_t fn, uint32_t off, uint64_t val,
			unsigned int size);

/** Do queued work (Tx rings, wires, delayed interrupts), bounded by `budget`
 * packets. @return true when work is left: call again. */
bool ice_core_run(struct ice_core *core, unsigned int budget);
/** The time asked for with ops.timer has come. */
void ice_core_timer(struct ice_core *core);

/**
 * A frame (no FCS, any length) arrives from the wire at a port.
 *
 * Write-backs and interrupts are collected: they reach the driver with the
 * next ice_core_run(), for which ops.kick asks once per burst. So a burst of
 * calls costs one write-back and one interrupt per queue.
 */
enum ice_core_rx_rc ice_core_rx(struct ice_core *core, uint8_t lport, const void *frame,
				size_t len);
/** Cheap test for an embedder that can hold frames back: false while a frame
 * of that port waits for Rx buffers. */
bool ice_core_can_rx(const struct ice_core *core, uint8_t lport);
/** The backend that refused a frame (ops.tx false) accepts again. */
void ice_core_tx_ready(struct ice_core *core, uint8_t lport);
/** Is the doorbell of this queue worth polling? For embedders in which
 * doorbells are plain memory (the sim). Those of VFs' queues are not: they are
 * in the BAR0 of their VF. */
bool ice_core_txq_enabled(const struct ice_core *core, uint16_t queue);
bool ice_core_rxq_enabled(const struct ice_core *core, uint16_t queue);

/** Backend present / carrier of a port (QEMU: the netdev's set_link). */
void ice_core_set_backend(struct ice_core *core, uint8_t lport, bool present, bool up);
/** Join two ports by a wire inside the device: what one sends, the other
 * receives; both get a backend that is up. a == b: a loopback plug. */
int ice_core_wire(struct ice_core *core, uint8_t a, uint8_t b);

/** Inject a doorbell event, exactly as a write to EVENT_DOORBELL.
 * @return 0, or -1 when the FIFO is full (counted). */
int ice_core_inject_event(struct ice_core *core, uint8_t port, uint8_t type, uint16_t data);

/**
 * Run one fault command, e.g. "link 2 down", "aq-fail 0x0607 nth=1 rc=5".
 * The grammar is in fault_cmd.c and the device page; `ice_core_fault(core,
 * "help", buf, len)` lists it.
 * @param out  the reply or the reason of the error, NUL-terminated
 * @return 0, or -1 on a command that is not understood (nothing changed).
 */
int ice_core_fault(struct ice_core *core, const char *cmd, char *out, size_t outlen);

/**
 * Start a script: fault commands, one a line, each of which may wait for a
 * moment (fault_script.c). Scripts started before go on.
 * What goes wrong with a line when it runs is counted in the state and ends
 * nothing.
 * @param out  the reason of the error with its line, NUL-terminated
 * @return 0, or -1 on a line that is not understood (nothing changed).
 */
int ice_core_fault_script(struct ice_core *core, const char *text, char *out, size_t outlen);

/** Number of breaches of contract recorded since create (or "check clear"). */
uint64_t ice_core_violations(const struct ice_core *core);
/** Those of one function; 0 for one that there is not. */
uint64_t ice_core_fn_violations(const struct ice_core *core, uint16_t fn);
/** What a function has (contexts, rules, tables, queues, vectors, grants, ring
 * addresses), in a number: the same as before means that nobody changed any of
 * it. Counters and whatever moves with traffic is not in it.
 * @return 0 for a function that there is not */
uint64_t ice_core_fn_digest(const struct ice_core *core, uint16_t fn);
/** State of the device as a JSON object (ports, link, counters, AdminQ
 * errors, violations with reasons). @return length as snprintf. */
size_t ice_core_query(const struct ice_core *core, char *buf, size_t len);

#endif /* _ICE_CORE_H_ */
