/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <dlfcn.h>
#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_memzone.h>

#include "fuzz_dev.h"
#include "fuzz_replace.h"

#define MAX_BLOCKS	1024
#define MAX_ARMED	8
#define MAX_QUEUES	512
#define DB_NONE		UINT32_MAX
/** Register accesses of one call of the driver; far beyond what waits need. */
#define MAX_ACCESSES	4000000u
/** Virtual time of one call: timeouts of many commands in a row. */
#define MAX_CALL_NS	300000000000ull
/** What an access takes. */
#define ACCESS_NS	500
/** A control call's wait for the event engine. */
#define COND_STEP_NS	1000000
#define COND_STEPS	30000
/** The event thread, which does not exist. */
#define EVENT_THREAD	((pthread_t)0x5EED)

struct fuzz_dev D;

/* ---- memory of the driver ---- */

static struct {
	uint8_t *p;
	size_t len;
	/* a ring: its zone, in front of which is nothing */
	struct rte_memzone *mz;
} block[MAX_BLOCKS];
static unsigned int nb_blocks, fail_nth, cond_steps;
static bool thread_up, in_turn;
static bool waiting;

static bool
alloc_fails(void)
{
	return fail_nth > 0 && --fail_nth == 0;
}

void *
fuzz_alloc(size_t len, unsigned int align)
{
	unsigned int i;
	void *p;

	if (alloc_fails())
		return NULL;
	FUZZ_CHECK(nb_blocks < MAX_BLOCKS, "%u blocks", nb_blocks);
	for (i = 0; block[i].p != NULL; i++)
		;
	if (posix_memalign(&p, align < 16 ? 16 : align, len ? len : 1) != 0)
		abort();
	memset(p, 0, len);
	block[i].p = p;
	block[i].len = len;
	block[i].mz = NULL;
	nb_blocks++;
	return p;
}

/* librte_ethdev frees what the driver gave it: this one is found first. */
void
rte_free(void *p)
{
	static void (*next)(void *);
	unsigned int i;

	for (i = 0; p != NULL && i < MAX_BLOCKS; i++) {
		if (block[i].p != p || block[i].mz != NULL)
			continue;
		block[i].p = NULL;
		nb_blocks--;
		free(p);
		return;
	}
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "rte_free");
	next(p);
}

static void
zone_name(char *name, const struct rte_eth_dev *dev, const char *ring, uint16_t queue)
{
	snprintf(name, RTE_MEMZONE_NAMESIZE, "%.8s_%u_%u", ring, dev->data->port_id, queue);
}

static unsigned int
zone_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < MAX_BLOCKS; i++)
		if (block[i].mz != NULL && strcmp(block[i].mz->name, name) == 0)
			break;
	return i;
}

const struct rte_memzone *
fuzz_zone_reserve(const struct rte_eth_dev *dev, const char *name, uint16_t queue, size_t len,
		  unsigned int align)
{
	char full[RTE_MEMZONE_NAMESIZE];
	struct rte_memzone *mz;
	unsigned int i;
	void *p;

	zone_name(full, dev, name, queue);
	FUZZ_CHECK(zone_find(full) == MAX_BLOCKS, "ring %s is there already", full);
	p = fuzz_alloc(len, align);
	if (p == NULL)
		return NULL;
	mz = calloc(1, sizeof(*mz));
	strcpy(mz->name, full);
	mz->addr = p;
	mz->iova = (uintptr_t)p;
	mz->len = len;
	for (i = 0; block[i].p != p; i++)
		;
	block[i].mz = mz;
	return mz;
}

int
fuzz_zone_free(const struct rte_eth_dev *dev, const char *name, uint16_t queue)
{
	char full[RTE_MEMZONE_NAMESIZE];
	unsigned int i;

	zone_name(full, dev, name, queue);
	i = zone_find(full);
	if (i == MAX_BLOCKS)
		return -ENOENT;
	free(block[i].mz);
	free(block[i].p);
	block[i].mz = NULL;
	block[i].p = NULL;
	nb_blocks--;
	return 0;
}

unsigned int
fuzz_blocks(void)
{
	return nb_blocks;
}

void
fuzz_alloc_fail(unsigned int nth)
{
	fail_nth = nth;
}

int
fuzz_thread_create(pthread_t *id)
{
	FUZZ_CHECK(!thread_up, "a second thread");
	*id = EVENT_THREAD;
	if (alloc_fails())
		return EAGAIN;
	thread_up = true;
	return 0;
}

int
fuzz_thread_join(void)
{
	FUZZ_CHECK(thread_up, "join of no thread");
	FUZZ_CHECK(!in_turn, "the event thread waits for itself");
	thread_up = false;
	return 0;
}

bool
fuzz_thread_up(void)
{
	return thread_up;
}

int
fuzz_thread_is(pthread_t a, pthread_t b)
{
	return a == EVENT_THREAD ? in_turn : a == b;
}

bool
fuzz_turn_begin(void)
{
	if (in_turn || !thread_up)
		return false;
	in_turn = true;
	return true;
}

void
fuzz_turn_end(void)
{
	in_turn = false;
}

bool
fuzz_call_waits(void)
{
	return waiting;
}

int
fuzz_cond_wait(pthread_mutex_t *lock)
{
	/* Nobody else is there to do what is waited for. */
	FUZZ_CHECK(!in_turn, "the event engine waits for itself");
	pthread_mutex_unlock(lock);
	fuzz_dev_pump(COND_STEP_NS);
	waiting = true;
	fuzz_turn();
	waiting = false;
	pthread_mutex_lock(lock);
	/* 30 s is what a call waits at most. */
	return ++cond_steps < COND_STEPS && thread_up ? 0 : ETIMEDOUT;
}

/* ---- changes ---- */

static struct {
	bool used;
	uint8_t class;
	uint8_t group;		/* registers: which */
	uint8_t how;		/* 0: exchange, 1: xor, 2: one bit */
	uint16_t skip, count, at;
	uint32_t val;
} armed[MAX_ARMED];

/* Registers the driver believes. */
static const struct {
	uint32_t first, last;
} groups[] = {
	{ 0, UINT32_MAX },
	{ MP_CAPS, MP_PORT_COUNT }, { MP_ENABLE, MP_ENABLE }, { EVENT_DOORBELL, EVENT_DOORBELL },
	{ GLGEN_RSTAT, GLGEN_RSTAT }, { GLGEN_RSTCTL, GLGEN_RSTCTL }, { GLNVM_ULD, GLNVM_ULD },
	{ PFGEN_CTRL, PFGEN_CTRL }, { PF_FW_ATQBAL, PF_FW_ATQBAL }, { PF_FW_ATQLEN, PF_FW_ATQLEN },
	{ PF_FW_ATQH, PF_FW_ATQH }, { PF_FW_ARQH, PF_FW_ARQH }, { PF_MBX_ARQH, PF_MBX_ARQH },
	{ PFINT_OICR, PFINT_OICR }, { QRX_CTRL(0), QRX_CTRL(MAX_QUEUES) },
	{ GLPRT_GORCL - 0x800, GLPRT_GOTCL + 0x1000 }, { GLV_GOTCL, GLV_GOTCL + 0x20000 },
	{ GLV_GORCL, GLV_GORCL + 0x8000 }, { GLV_RDPC(0), GLV_REPC(800) },
};

void
fuzz_dev_arm(struct fuzz_in *in)
{
	uint8_t k = in8(in), i = k % MAX_ARMED;

	armed[i].used = true;
	armed[i].class = in8(in) % FUZZ_CLASSES;
	armed[i].group = in8(in) % (sizeof(groups) / sizeof(groups[0]));
	armed[i].how = (k >> 3) % 3;
	armed[i].skip = (k & 0x40) ? in8(in) : 0;
	armed[i].count = (k & 0x80) ? in_val(in) : 1;
	armed[i].at = in_val(in);
	armed[i].val = in_val(in);
}

void
fuzz_dev_disarm(void)
{
	memset(armed, 0, sizeof(armed));
}

/* @return whether change i is to be applied now */
static bool
hits(unsigned int i, enum fuzz_class class)
{
	if (!armed[i].used || armed[i].class != class)
		return false;
	if (armed[i].skip > 0) {
		armed[i].skip--;
		return false;
	}
	if (--armed[i].count == 0)
		armed[i].used = false;
	return true;
}

static uint32_t
change(unsigned int i, uint32_t val)
{
	switch (armed[i].how) {
	case 0: return armed[i].val;
	case 1: return val ^ armed[i].val;
	default: return val ^ 1u << (armed[i].val & 31);
	}
}

static uint32_t
change_reg(uint32_t reg, uint32_t val)
{
	unsigned int i, g;

	for (i = 0; i < MAX_ARMED; i++) {
		g = armed[i].group;
		if (armed[i].used && armed[i].class == FUZZ_REG && reg >= groups[g].first &&
		    reg <= groups[g].last && hits(i, FUZZ_REG))
			val = change(i, val);
	}
	return val;
}

static void
change_bytes(enum fuzz_class class, uint8_t *p, size_t len)
{
	unsigned int i;
	uint32_t v;

	for (i = 0; i < MAX_ARMED; i++) {
		size_t at = len ? armed[i].at % len : 0;
		size_t n = len - at < 4 ? len - at : 4;

		/* Fields are narrow: what is small changes one byte or two. */
		if (!hits(i, class) || n == 0)
			continue;
		if (armed[i].how == 0 && armed[i].val < 0x10000)
			n = n > 2 ? 2 : n;
		v = 0;
		memcpy(&v, p + at, n);
		v = change(i, v);
		memcpy(p + at, &v, n);
	}
}

/* ---- DMA ---- */

struct range {
	const uint8_t *p;
	size_t len;
	bool in;
};

static void
chunk_has(struct rte_mempool *mp, void *opaque, struct rte_mempool_memhdr *h, unsigned int idx)
{
	struct range *r = opaque;
	const uint8_t *base = h->addr;

	(void)mp;
	(void)idx;
	r->in |= r->p >= base && r->len <= h->len && (size_t)(r->p - base) <= h->len - r->len;
}

static bool
in_pool(uint64_t addr, size_t len)
{
	struct range r = { (const uint8_t *)(uintptr_t)addr, len, false };

	unsigned int i;

	for (i = 0; i < FUZZ_POOLS; i++)
		rte_mempool_mem_iter(fuzz_pool[i], chunk_has, &r);
	return r.in;
}

/* Memory the driver has, or a VF: as an IOMMU would have it. */
static bool
granted(uint16_t fn, uint64_t addr, size_t len)
{
	unsigned int i;

	if (fn != ICE_CORE_FN_PF)
		return D.vf_granted != NULL && D.vf_granted(fn - ICE_CORE_FN_VF(0), addr, len);
	for (i = 0; i < MAX_BLOCKS; i++)
		if (block[i].p != NULL && addr >= (uintptr_t)block[i].p && len <= block[i].len &&
		    addr - (uintptr_t)block[i].p <= block[i].len - len)
			return true;
	return in_pool(addr, len);
}

static bool
in_ctlq(const struct icc_ctlq_ring *r, uint64_t addr)
{
	uint64_t base = (uint64_t)r->bah << 32 | r->bal;

	return (r->len & CTLQ_LEN_ENABLE_M) && addr >= base &&
	       addr < base + (r->len & CTLQ_LEN_LEN_M) * sizeof(struct ice_mp_aq_desc);
}

static enum fuzz_class
class_of(uint64_t addr, size_t len)
{
	const struct ice_core *c = D.core;
	unsigned int q;

	if (in_ctlq(&c->pf.adminq.atq, addr))
		return FUZZ_ATQ;
	if (in_ctlq(&c->pf.adminq.arq, addr) || in_ctlq(&c->pf.mbx.arq, addr))
		return FUZZ_ARQ;
	for (q = 0; q < c->pf.nb_queues; q++) {
		const struct icc_rxq *r = &c->rxq[q];
		const struct icc_txq *t = &c->txq[q];

		if (r->ena && addr >= r->base && addr < r->base + (uint64_t)r->qlen * 32)
			return FUZZ_RX;
		if (t->ena && addr >= t->base && addr < t->base + (uint64_t)t->qlen * 16)
			return FUZZ_TX;
	}
	return in_pool(addr, len) ? FUZZ_DATA : FUZZ_AQ_BUF;
}

static int
op_dma_read(void *o, uint16_t fn, uint64_t addr, void *buf, size_t len)
{
	(void)o;
	if (!granted(fn, addr, len))
		return -1;
	memcpy(buf, (const void *)(uintptr_t)addr, len);
	return 0;
}

static int
op_dma_write(void *o, uint16_t fn, uint64_t addr, const void *buf, size_t len)
{
	uint8_t tmp[ICC_MAX_FRAME + 64];

	(void)o;
	if (!granted(fn, addr, len) || len > sizeof(tmp))
		return -1;
	memcpy(tmp, buf, len);
	if (fn == ICE_CORE_FN_PF)
		change_bytes(class_of(addr, len), tmp, len);
	memcpy((void *)(uintptr_t)addr, tmp, len);
	return 0;
}

/* ---- the device's other operations ---- */

static void
op_msix(void *o, uint16_t fn, uint16_t vec)
{
	uint64_t one = 1;

	(void)o;
	if (fn == ICE_CORE_FN_PF && vec < D.nb_fds && write(D.fd[vec], &one, sizeof(one)) < 0)
		return;
}

static bool
op_tx(void *o, uint8_t lport, const struct ice_core_iov *iov, unsigned int n, size_t len)
{
	(void)o;
	(void)lport;
	(void)iov;
	(void)n;
	(void)len;
	return true;
}

static void
op_rx_ready(void *o, uint8_t lport)
{
	(void)o;
	(void)lport;
}

static uint64_t
op_now(void *o)
{
	(void)o;
	return D.now;
}

static void
op_timer(void *o, uint64_t deadline)
{
	(void)o;
	D.deadline = deadline;
}

static void
op_kick(void *o)
{
	(void)o;
	D.work = true;
}

static void
op_remove(void *o)
{
	(void)o;
	D.gone = true;
}

static const struct ice_core_ops core_ops = {
	.dma_read = op_dma_read, .dma_write = op_dma_write, .msix = op_msix, .tx = op_tx,
	.rx_ready = op_rx_ready, .now_ns = op_now, .timer = op_timer, .kick = op_kick,
	.remove = op_remove,
};

/* ---- time ---- */

static uint32_t db_rx[MAX_QUEUES], db_tx[MAX_QUEUES];
static unsigned int nb_queues;
static uint64_t call_began;

static void
ring(uint32_t *word, uint32_t reg)
{
	uint32_t val = *word;

	if (val == DB_NONE)
		return;
	*word = DB_NONE;
	if (!D.gone)
		ice_core_reg_write(D.core, ICE_CORE_FN_PF, reg, val, 4);
}

static void
doorbells(void)
{
	unsigned int q;

	for (q = 0; q < nb_queues; q++) {
		ring(&db_rx[q], QRX_TAIL(q));
		ring(&db_tx[q], QTX_COMM_DBELL(q));
	}
}

static void
work(void)
{
	unsigned int n;

	doorbells();
	D.work = false;
	for (n = 0; ice_core_run(D.core, 64); n++)
		FUZZ_CHECK(n < 20000, "the device does not come to rest");
}

static void
pass(uint64_t ns)
{
	uint64_t end = D.now + ns;
	unsigned int n;

	for (n = 0; n < 1000 && D.deadline <= end; n++) {
		if (D.deadline > D.now)
			D.now = D.deadline;
		D.deadline = UINT64_MAX;
		ice_core_timer(D.core);
		work();
	}
	D.now = end;
}

void
fuzz_dev_pump(uint64_t ns)
{
	if (D.core == NULL) {
		D.now += ns;
		return;
	}
	work();
	pass(ns);
}

uint64_t
fuzz_cycles(void)
{
	D.now += ACCESS_NS;
	return D.now;
}

void
fuzz_delay_us(unsigned int us)
{
	fuzz_dev_pump(us * 1000ull);
	FUZZ_CHECK(D.now - call_began < MAX_CALL_NS, "a call that takes %llu s",
		   (unsigned long long)(D.now - call_began) / 1000000000);
}

void
fuzz_dev_call(void)
{
	call_began = D.now;
	cond_steps = 0;
	D.accesses = 0;
}

/* ---- the bus ---- */

static void
access_begin(void)
{
	FUZZ_CHECK(++D.accesses < MAX_ACCESSES, "a call of the driver does not end");
	doorbells();
	if (D.deadline <= D.now || D.work)
		fuzz_dev_pump(0);
	D.now += ACCESS_NS;
}

static uint32_t
bus_read(struct ice_mp_bus *bus, uint32_t reg)
{
	uint32_t val = UINT32_MAX;

	(void)bus;
	access_begin();
	if (!D.gone)
		val = ice_core_reg_read(D.core, ICE_CORE_FN_PF, reg, 4);
	return D.gone ? UINT32_MAX : change_reg(reg, val);
}

static void
bus_write(struct ice_mp_bus *bus, uint32_t reg, uint32_t val)
{
	(void)bus;
	access_begin();
	if (!D.gone)
		ice_core_reg_write(D.core, ICE_CORE_FN_PF, reg, val, 4);
}

static volatile uint32_t *
bus_doorbell(struct ice_mp_bus *bus, uint32_t reg)
{
	(void)bus;
	if (reg >= QRX_TAIL(0) && reg < QRX_TAIL(nb_queues) && reg % 4 == 0)
		return &db_rx[(reg - QRX_TAIL(0)) / 4];
	FUZZ_CHECK(reg >= QTX_COMM_DBELL(0) && reg < QTX_COMM_DBELL(nb_queues) && reg % 4 == 0,
		   "doorbell 0x%x", reg);
	return &db_tx[(reg - QTX_COMM_DBELL(0)) / 4];
}

static int
bus_intr_enable(struct ice_mp_bus *bus, uint16_t nb)
{
	FUZZ_CHECK(D.nb_fds == 0 && nb > 0 && nb <= bus->max_vectors, "%u vectors", nb);
	if (alloc_fails())
		return -EMFILE;
	for (; D.nb_fds < nb; D.nb_fds++) {
		D.fd[D.nb_fds] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		FUZZ_CHECK(D.fd[D.nb_fds] >= 0, "no eventfd: leaked?");
	}
	return 0;
}

static void
bus_intr_disable(struct ice_mp_bus *bus)
{
	(void)bus;
	FUZZ_CHECK(D.nb_fds > 0, "vectors are off already");
	while (D.nb_fds > 0)
		close(D.fd[--D.nb_fds]);
}

static int
bus_intr_fd(struct ice_mp_bus *bus, uint16_t vec)
{
	(void)bus;
	return vec < D.nb_fds ? D.fd[vec] : -1;
}

static bool
bus_present(struct ice_mp_bus *bus)
{
	(void)bus;
	return !D.gone;
}

static const struct ice_mp_bus_ops bus_ops = {
	.name = "fuzz", .reg_read = bus_read, .reg_write = bus_write, .doorbell = bus_doorbell,
	.intr_enable = bus_intr_enable, .intr_disable = bus_intr_disable,
	.intr_fd = bus_intr_fd, .present = bus_present,
};

/* ---- life ---- */

void
fuzz_dev_open(unsigned int ports, unsigned int queues, unsigned int vectors, unsigned int vfs,
	      bool wired)
{
	static const struct rte_driver driver = { .name = "fuzz" };
	struct ice_core_cfg cfg = { .nb_ports = (uint8_t)ports, .nb_queues = (uint16_t)queues,
				    .nb_vectors = (uint16_t)vectors, .nb_vfs = (uint16_t)vfs };
	char err[128] = "";
	unsigned int i;

	memset(&D, 0, sizeof(D));
	for (i = 0; i < ports; i++)
		memcpy(cfg.mac[i], (uint8_t[]){ 0x02, 0x1c, 0xe0, 0, 0, (uint8_t)i }, 6);
	for (i = 0; i < MAX_QUEUES; i++)
		db_rx[i] = db_tx[i] = DB_NONE;
	nb_queues = queues;
	D.now = 1000000000;
	D.deadline = UINT64_MAX;
	D.core = ice_core_create(&cfg, &core_ops, &D, err, sizeof(err));
	FUZZ_CHECK(D.core != NULL, "%s", err);
	for (i = 0; i < ports; i++) {
		if (wired && (i ^ 1) < ports)
			(void)ice_core_wire(D.core, (uint8_t)i, (uint8_t)(i ^ 1));
		else if (wired)
			(void)ice_core_wire(D.core, (uint8_t)i, (uint8_t)i);
		else
			ice_core_set_backend(D.core, (uint8_t)i, true, true);
	}
	D.dev.name = "fuzz0";
	D.dev.driver = &driver;
	D.dev.numa_node = 0;
	D.bus.ops = &bus_ops;
	D.bus.dev = &D.dev;
	D.bus.max_vectors = vectors;
	fuzz_dev_call();
}

void
fuzz_dev_close(void)
{
	FUZZ_CHECK(D.nb_fds == 0, "%u vectors are left on", D.nb_fds);
	ice_core_destroy(D.core);
	D.core = NULL;
	fuzz_dev_disarm();
	fuzz_alloc_fail(0);
}

/* ---- out of turn ---- */

void
fuzz_dev_scribble(struct fuzz_in *in)
{
	uint8_t k = in8(in), q = in8(in) % nb_queues, n = k >> 3 & 7;
	const struct icc_ctlq *a = &D.core->pf.adminq, *m = &D.core->pf.mbx;
	uint64_t base = 0;
	size_t size = 32, len = 64, slot = in_val(in);
	uint8_t b[32];

	switch (k & 7) {
	case 0: base = (uint64_t)a->atq.bah << 32 | a->atq.bal; break;
	case 1: base = (uint64_t)a->arq.bah << 32 | a->arq.bal; break;
	case 2: base = (uint64_t)m->arq.bah << 32 | m->arq.bal; break;
	case 3:
	case 4:
		if (!D.core->txq[q].ena)
			return;
		base = D.core->txq[q].base;
		len = D.core->txq[q].qlen;
		size = 16;
		break;
	default:
		if (!D.core->rxq[q].ena)
			return;
		base = D.core->rxq[q].base;
		len = D.core->rxq[q].qlen;
		break;
	}
	in_bytes(in, b, size);
	/* One slot, or a run of them with the same in each. */
	for (n = n == 7 ? 255 : n; ; n--, slot++) {
		uint64_t addr = base + slot % len * size;

		if (!granted(ICE_CORE_FN_PF, addr, size))
			return;
		memcpy((void *)(uintptr_t)addr, b, size);
		if (n == 0)
			return;
	}
}

void
fuzz_dev_message(struct fuzz_in *in)
{
	uint8_t k = in8(in), buf[256];
	struct ice_mp_aq_desc d;
	uint16_t len = in8(in);

	memset(&d, 0, sizeof(d));
	d.opcode = k & 2 ? in16(in) : k & 1 ? 0x0801 : ICE_MP_AQ_GET_LINK_STATUS;
	in_bytes(in, d.params.raw, k & 4 ? 16 : 4);
	d.flags = k & 8 ? in16(in) : 0;
	in_bytes(in, buf, len);
	(void)icc_ctlq_post(D.core, k & 1 ? &D.core->pf.mbx : &D.core->pf.adminq, &d, buf, len);
}
