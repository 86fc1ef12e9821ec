/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest memory as a function sees it
 *
 * Copyright (c) 2026 The ice_mp authors
 *
 * Each access through a vIOMMU costs a page walk or at least a hash lookup
 * under a lock. A NIC touches the same rings and buffers all the time, so
 * pages that turn out to be plain RAM are remembered, as a device TLB does.
 *
 * Coherence: an entry is dropped when the IOMMU unmaps its range (notifier)
 * and all entries are dropped whenever any memory topology changes (commit of
 * the memory listener), which includes bus mastering switched off, the IOMMU
 * switched on or off, and RAM that goes away. All of that runs under the BQL,
 * as the users of the entries do. Stores mark RAM dirty and throw out
 * translated code through the MemoryRegionCache API.
 */

#include "qemu/osdep.h"
#include "exec/memory.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/rcu.h"

#include "ice_mp.h"

/*
 * Only memory, never other devices: a doorbell of our own written by our own
 * DMA would re-enter the core.
 */
static const MemTxAttrs ice_mp_attrs = { .memory = 1 };

static IceMpTlbEntry *ice_mp_tlb_small(IceMpDma *dma, hwaddr iova,
                                       bool is_write)
{
    hwaddr page = iova >> ICE_MP_TLB_SMALL_SHIFT;

    return &dma->small[is_write][(page ^ (page >> 10)) % ICE_MP_TLB_SMALL];
}

static IceMpTlbEntry *ice_mp_tlb_big(IceMpDma *dma, hwaddr iova, bool is_write)
{
    hwaddr page = iova >> ICE_MP_TLB_BIG_SHIFT;

    return &dma->big[is_write][(page ^ (page >> 8)) % ICE_MP_TLB_BIG];
}

static void ice_mp_tlb_drop(IceMpDma *dma, IceMpTlbEntry *e)
{
    if (e->len) {
        address_space_cache_destroy(&e->cache);
        e->len = 0;
        e->host = NULL;
        dma->nr_valid--;
    }
}

static bool ice_mp_tlb_hit(const IceMpTlbEntry *e, hwaddr iova)
{
    return iova - e->iova < e->len;
}

static bool ice_mp_tlb_fill(IceMpDma *dma, IceMpTlbEntry *e, AddressSpace *as,
                            hwaddr iova, hwaddr base, hwaddr target,
                            hwaddr size, bool is_write)
{
    MemoryRegionCache cache;
    int64_t len;

    len = address_space_cache_init(&cache, as, target, size, is_write);
    if (len <= 0 || !cache.ptr || iova - base >= (hwaddr)len) {
        address_space_cache_destroy(&cache);
        return false;
    }
    ice_mp_tlb_drop(dma, e);
    e->iova = base;
    e->len = len;
    e->host = cache.ptr;
    e->cache = cache;
    dma->nr_valid++;
    return true;
}

/* The entry that covers @iova, filled if need be; NULL: not plain RAM. */
static IceMpTlbEntry *ice_mp_tlb_get(IceMpDma *dma, hwaddr iova, bool is_write)
{
    const hwaddr big = 1ull << ICE_MP_TLB_BIG_SHIFT;
    const hwaddr small = 1ull << ICE_MP_TLB_SMALL_SHIFT;
    IceMpTlbEntry *e = ice_mp_tlb_big(dma, iova, is_write);
    IOMMUTLBEntry t;
    hwaddr base, target;

    if (likely(ice_mp_tlb_hit(e, iova))) {
        dma->hits++;
        return e;
    }
    e = ice_mp_tlb_small(dma, iova, is_write);
    if (likely(ice_mp_tlb_hit(e, iova))) {
        dma->hits++;
        return e;
    }
    if (dma->uncached) {
        return NULL;
    }
    dma->misses++;

    RCU_READ_LOCK_GUARD();
    t = address_space_get_iotlb_entry(dma->as, iova, is_write, ice_mp_attrs);
    if (!t.target_as || !(t.perm & (is_write ? IOMMU_WO : IOMMU_RO))) {
        return NULL;
    }
    target = (t.translated_addr & ~t.addr_mask) | (iova & t.addr_mask);

    /* Without an IOMMU in the way addresses stay contiguous. */
    if (t.addr_mask >= big - 1 || QLIST_EMPTY(&dma->iommus)) {
        base = iova & ~(big - 1);
        e = ice_mp_tlb_big(dma, iova, is_write);
        if (target >= iova - base &&
            ice_mp_tlb_fill(dma, e, t.target_as, iova, base,
                            target - (iova - base), big, is_write)) {
            return e;
        }
    }
    if (t.addr_mask < small - 1) {
        return NULL;
    }
    base = iova & ~(small - 1);
    e = ice_mp_tlb_small(dma, iova, is_write);
    if (ice_mp_tlb_fill(dma, e, t.target_as, iova, base,
                        target - (iova - base), small, is_write)) {
        return e;
    }
    return NULL;
}

void ice_mp_dma_flush(IceMpDma *dma)
{
    unsigned int w, i;

    if (!dma->nr_valid) {
        return;
    }
    dma->flushes++;
    for (w = 0; w < 2; w++) {
        for (i = 0; i < ICE_MP_TLB_SMALL; i++) {
            ice_mp_tlb_drop(dma, &dma->small[w][i]);
        }
        for (i = 0; i < ICE_MP_TLB_BIG; i++) {
            ice_mp_tlb_drop(dma, &dma->big[w][i]);
        }
    }
}

/* Drop what overlaps [iova, last], both inclusive. */
static void ice_mp_dma_invalidate(IceMpDma *dma, hwaddr iova, hwaddr last)
{
    const hwaddr small = 1ull << ICE_MP_TLB_SMALL_SHIFT;
    const hwaddr big = 1ull << ICE_MP_TLB_BIG_SHIFT;
    unsigned int w;
    hwaddr a;

    if (!dma->nr_valid) {
        return;
    }
    if (last - iova >= 64 * small) {
        ice_mp_dma_flush(dma);
        return;
    }
    for (w = 0; w < 2; w++) {
        for (a = iova & ~(small - 1); ; a += small) {
            IceMpTlbEntry *e = ice_mp_tlb_small(dma, a, w);

            if (e->len && e->iova == a) {
                ice_mp_tlb_drop(dma, e);
            }
            if (last - a < small) {
                break;
            }
        }
        for (a = iova & ~(big - 1); ; a += big) {
            IceMpTlbEntry *e = ice_mp_tlb_big(dma, a, w);

            if (e->len && e->iova == a) {
                ice_mp_tlb_drop(dma, e);
            }
            if (last - a < big) {
                break;
            }
        }
    }
}

static void ice_mp_iommu_unmap(IOMMUNotifier *n, IOMMUTLBEntry *t)
{
    IceMpIommu *iommu = container_of(n, IceMpIommu, n);
    hwaddr iova = t->iova + iommu->offset;

    ice_mp_dma_invalidate(iommu->dma, iova, iova + t->addr_mask);
}

static void ice_mp_iommu_add(MemoryListener *l, MemoryRegionSection *section)
{
    IceMpDma *dma = container_of(l, IceMpDma, listener);
    IOMMUMemoryRegion *iommu_mr;
    IceMpIommu *iommu;
    Error *err = NULL;

    if (!memory_region_is_iommu(section->mr)) {
        return;
    }
    iommu_mr = IOMMU_MEMORY_REGION(section->mr);

    iommu = g_new0(IceMpIommu, 1);
    iommu->mr = section->mr;
    iommu->start = section->offset_within_region;
    iommu->offset = section->offset_within_address_space - iommu->start;
    iommu->dma = dma;
    /*
     * Of the whole region: QEMU asserts that an invalidation does not stick
     * out of the range, and the interrupt window cuts VT-d's region in two,
     * which a guest that invalidates 2 MiB at 0xfee00000 does not know.
     */
    iommu_notifier_init(&iommu->n, ice_mp_iommu_unmap, IOMMU_NOTIFIER_UNMAP,
                        0, HWADDR_MAX,
                        memory_region_iommu_attrs_to_index(iommu_mr,
                                                           ice_mp_attrs));
    if (memory_region_register_iommu_notifier(section->mr, &iommu->n, &err)) {
        warn_reportf_err(err, "pci-ice-mp: DMA is slow, no IOTLB: ");
        dma->uncached = true;
        g_free(iommu);
        return;
    }
    QLIST_INSERT_HEAD(&dma->iommus, iommu, next);
}

static void ice_mp_iommu_del(MemoryListener *l, MemoryRegionSection *section)
{
    IceMpDma *dma = container_of(l, IceMpDma, listener);
    IceMpIommu *iommu;

    if (!memory_region_is_iommu(section->mr)) {
        return;
    }
    QLIST_FOREACH(iommu, &dma->iommus, next) {
        if (iommu->mr == section->mr &&
            iommu->start == section->offset_within_region) {
            memory_region_unregister_iommu_notifier(iommu->mr, &iommu->n);
            QLIST_REMOVE(iommu, next);
            g_free(iommu);
            break;
        }
    }
}

static void ice_mp_dma_commit(MemoryListener *l)
{
    ice_mp_dma_flush(container_of(l, IceMpDma, listener));
}

IceMpDma *ice_mp_dma_new(PCIDevice *dev)
{
    IceMpDma *dma = g_new0(IceMpDma, 1);

    dma->as = pci_get_address_space(dev);
    QLIST_INIT(&dma->iommus);
    dma->listener = (MemoryListener) {
        .name = "ice-mp-dma",
        .region_add = ice_mp_iommu_add,
        .region_del = ice_mp_iommu_del,
        .commit = ice_mp_dma_commit,
    };
    memory_listener_register(&dma->listener, dma->as);
    return dma;
}

void ice_mp_dma_free(IceMpDma *dma)
{
    if (dma) {
        memory_listener_unregister(&dma->listener);
        ice_mp_dma_flush(dma);
        g_free(dma);
    }
}

/* 0, or -1 when a byte of the range is not accessible guest memory. */
int ice_mp_dma_rw(IceMpDma *dma, uint64_t addr, void *buf, size_t len,
                  bool is_write)
{
    uint8_t *p = buf;

    while (len) {
        IceMpTlbEntry *e = ice_mp_tlb_get(dma, addr, is_write);
        hwaddr off;
        size_t n;

        if (unlikely(!e)) {
            dma->slow++;
            n = MIN(len, (1ull << ICE_MP_TLB_SMALL_SHIFT) -
                         (addr & ((1ull << ICE_MP_TLB_SMALL_SHIFT) - 1)));
            if (address_space_rw(dma->as, addr, ice_mp_attrs, p, n,
                                 is_write) != MEMTX_OK) {
                return -1;
            }
        } else {
            off = addr - e->iova;
            n = MIN(len, e->len - off);
            if (is_write) {
                memcpy(e->host + off, p, n);
                address_space_cache_invalidate(&e->cache, off, n);
            } else {
                memcpy(p, e->host + off, n);
            }
        }
        p += n;
        addr += n;
        len -= n;
        if (len && !addr) {
            return -1;          /* beyond the end of the address space */
        }
    }
    return 0;
}

/* Direct pointer, shortened to what is contiguous; never a bounce buffer. */
void *ice_mp_dma_map(IceMpDma *dma, uint64_t addr, size_t *len, bool is_write)
{
    IceMpTlbEntry *e;
    hwaddr off;

    if (!*len) {
        return NULL;
    }
    e = ice_mp_tlb_get(dma, addr, is_write);
    if (!e) {
        return NULL;
    }
    off = addr - e->iova;
    *len = MIN(*len, e->len - off);
    /* Paired with the reference address_space_unmap() drops. */
    memory_region_ref(e->cache.mrs.mr);
    return e->host + off;
}

void ice_mp_dma_unmap(IceMpDma *dma, void *ptr, size_t len, bool is_write,
                      size_t used)
{
    address_space_unmap(dma->as, ptr, len, is_write, used);
}
