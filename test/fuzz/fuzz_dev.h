/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_FUZZ_DEV_H_
#define _ICE_MP_FUZZ_DEV_H_

/**
 * @file
 * The device a driver is fuzzed with: the device core without a thread of its
 * own, and between it and the driver somebody who changes what the device
 * says (registers) and writes (DMA). One device at a time.
 */

#include <dev_driver.h>

#include "fuzz_in.h"
#include "ice_core_priv.h"
#include "ice_mp_bus.h"

/** What a change is applied to. */
enum fuzz_class {
	FUZZ_REG,	/**< a register as it is read */
	FUZZ_ATQ,	/**< a completed AdminQ descriptor */
	FUZZ_AQ_BUF,	/**< the buffer of a reply or an event */
	FUZZ_ARQ,	/**< a descriptor of an event or a message */
	FUZZ_RX,	/**< an Rx write-back */
	FUZZ_TX,	/**< a Tx write-back */
	FUZZ_DATA,	/**< received bytes */
	FUZZ_CLASSES
};

/** Mbufs: with little room, so that most frames are received in pieces, and with
 * room for any at the usual MTU. */
#define FUZZ_POOLS	2
#define FUZZ_SMALL_ROOM	512
#define FUZZ_BIG_ROOM	2048
extern struct rte_mempool *fuzz_pool[FUZZ_POOLS];

extern struct fuzz_dev {
	struct ice_mp_bus bus;
	struct rte_device dev;
	struct ice_core *core;
	uint64_t now, deadline;
	uint64_t accesses;	/* since the driver was called, see fuzz_dev_call() */
	bool gone, work;
	uint16_t nb_fds;
	int fd[256];
	/* May VF `vf` reach that memory? NULL: no VF reaches anything. */
	bool (*vf_granted)(uint16_t vf, uint64_t addr, size_t len);
} D;

/** A new device in power-on state. */
void fuzz_dev_open(unsigned int ports, unsigned int queues, unsigned int vectors,
		   unsigned int vfs, bool wired);
/** Away with it; it must not be in use. */
void fuzz_dev_close(void);
/** Let it work until it rests; then `ns` pass. */
void fuzz_dev_pump(uint64_t ns);
/** A call of the driver begins: what it does from here on is bounded. */
void fuzz_dev_call(void);
/** Arm one change, as the input says. */
void fuzz_dev_arm(struct fuzz_in *in);
void fuzz_dev_disarm(void);
/** Write into a ring of the driver, out of turn. */
void fuzz_dev_scribble(struct fuzz_in *in);
/** Send an event or a mailbox message made of the input. */
void fuzz_dev_message(struct fuzz_in *in);

/* What the driver holds of fuzz_replace.h. */
/** Blocks and rings allocated. */
unsigned int fuzz_blocks(void);
bool fuzz_thread_up(void);
/** The nth allocation from now on fails; 0: none. */
void fuzz_alloc_fail(unsigned int nth);
/** One turn of the event engine, when it runs (fuzz_life.c). */
void fuzz_turn(void);
/** It begins (false: one is under way already) and ends. */
bool fuzz_turn_begin(void);
void fuzz_turn_end(void);
/** Is this turn one that a control call waits for? */
bool fuzz_call_waits(void);

#endif /* _ICE_MP_FUZZ_DEV_H_ */
