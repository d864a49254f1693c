using System.Text;
using System.Text.Json;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>Files that h5py makes in every form that the format has for what Keras stores.</summary>
[Trait("Category", "Peers")]
public class Hdf5PeersTests
{
    /// <summary>
    /// Writes files into a folder and prints, per dataset, file, path, type, shape and little-endian bytes as hex; per attribute of texts,
    /// file, path, name and texts.
    /// </summary>
    private const string Script = """
        import json, sys, os, h5py, numpy as np
        folder = sys.argv[1]
        rng = np.random.default_rng(1)
        out = []

        def note(file, path, array, dtype=None):
            array = np.asarray(array)
            little = array.astype(array.dtype.newbyteorder('<')) if array.dtype.kind in 'iuf' else array
            out.append(['data', file, path, dtype or array.dtype.name, list(array.shape), little.tobytes().hex()])

        for libver in ('earliest', 'latest'):
            for order in (False, True):
                name = f'groups_{libver}_{order}.h5'
                with h5py.File(os.path.join(folder, name), 'w', libver=libver, track_order=order) as f:
                    for i in range(1500):
                        g = f.create_group(f'layer_{i}_' + 'x' * (i % 50), track_order=order)
                        if i % 300 == 0:
                            for j in range(12):
                                value = rng.normal(size=(j, 2))
                                g.create_dataset(f'a/b/{j}', data=value)
                                note(name, f'layer_{i}_' + 'x' * (i % 50) + f'/a/b/{j}', value)
                    for i in range(40 if libver == 'latest' or order else 8):
                        f.attrs[f'names{i}'] = [f'n{i}_{j}' for j in range(i % 20 + 1)]
                        out.append(['text', name, '/', f'names{i}', [f'n{i}_{j}' for j in range(i % 20 + 1)]])
                    if libver == 'latest' or order:
                        for i in range(300):
                            value = np.array(['w' * (i + 1), 'v'], dtype='S')
                            f.attrs[f'fixed{i}'] = value
                            out.append(['text', name, '/', f'fixed{i}', ['w' * (i + 1), 'v']])

            name = f'chunks_{libver}.h5'
            with h5py.File(os.path.join(folder, name), 'w', libver=libver) as f:
                def put(path, value, **options):
                    f.create_dataset(path, data=value, **options)
                    note(name, path, value)
                smooth = (np.arange(3000) // 7).reshape(30, 100).astype('f4')
                noise = rng.integers(0, 256, size=(30, 100, 2)).astype('u1')
                put('single', smooth, chunks=(30, 100))
                put('single_gzip', smooth, chunks=(30, 100), compression='gzip')
                put('fixed', smooth, chunks=(7, 11))
                put('fixed_gzip', smooth, chunks=(7, 11), compression='gzip', shuffle=True, fletcher32=True)
                put('paged', np.arange(5000.0), chunks=(2,))
                put('paged_gzip', np.arange(5000.0), chunks=(2,), compression='gzip')
                put('incompressible', noise, chunks=(5, 9, 2), compression='gzip')
                put('incompressible_shuffle', noise.view('<u2')[..., 0], chunks=(5, 9), compression='gzip', shuffle=True)
                put('grows_two', smooth, chunks=(7, 11), maxshape=(None, None))
                put('grows_two_gzip', smooth, chunks=(7, 11), maxshape=(None, None), compression='gzip')
                put('grows_two_many', np.arange(90000).reshape(300, 300), chunks=(2, 3), maxshape=(None, None))
                put('bounded', smooth, chunks=(7, 11), maxshape=(60, 300))
                put('odd_fletcher', np.arange(45, dtype='i1'), chunks=(15,), fletcher32=True)
                put('zeros_fletcher', np.zeros(2000), chunks=(500,), fletcher32=True)
                put('large_fletcher', rng.normal(size=20000), chunks=(20000,), fletcher32=True)
                if libver == 'earliest':
                    put('grows_one', smooth, chunks=(7, 100), maxshape=(None, 100))
                sparse = f.create_dataset('sparse', (50, 50), 'i4', chunks=(8, 8), fillvalue=-7)
                sparse[13:20, 30:33] = 5
                note(name, 'sparse', sparse[()])
                unwritten = f.create_dataset('unwritten', (5,), '>f8', fillvalue=2.5)
                note(name, 'unwritten', unwritten[()])
                early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                early.set_chunk((7, 11)); early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
                d = h5py.Dataset(h5py.h5d.create(f.id, b'implicit', h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((30, 100)), early))
                d[...] = smooth
                note(name, 'implicit', smooth)
                compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
                compact.set_layout(h5py.h5d.COMPACT)
                d = h5py.Dataset(h5py.h5d.create(f.id, b'compact', h5py.h5t.STD_I16BE, h5py.h5s.create_simple((3, 4)), compact))
                d[...] = np.arange(12).reshape(3, 4)
                note(name, 'compact', np.arange(12).reshape(3, 4).astype('i2'))

            name = f'types_{libver}.h5'
            with h5py.File(os.path.join(folder, name), 'w', libver=libver, userblock_size=4096) as f:
                for t in ('i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8'):
                    for byteorder in '<>':
                        value = rng.integers(0, 100, size=(2, 3)).astype(t)
                        f.create_dataset(byteorder + t, data=value.astype(byteorder + t))
                        note(name, byteorder + t, value)
                f['bool'] = np.array([True, False, True]); note(name, 'bool', np.array([True, False, True]))
                f['scalar'] = np.int64(7); note(name, 'scalar', np.int64(7))
                f['empty'] = np.zeros((0, 3)); note(name, 'empty', np.zeros((0, 3)))
                f['opaque'] = np.array([1, 0x3f80], 'u2').view('V2'); note(name, 'opaque', np.array([1, 0x3f80], 'u2'), 'bfloat16')
                b = h5py.h5t.IEEE_F32LE.copy(); b.set_fields(15, 7, 8, 0, 7); b.set_size(2); b.set_ebias(127)
                d = h5py.h5d.create(f.id, b'bfloat', b, h5py.h5s.create_simple((2,)))
                d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.array([0x3f80, 0x4000], 'u2'), b)
                note(name, 'bfloat', np.array([0x3f80, 0x4000], 'u2'), 'bfloat16')
                f.attrs['scalar_text'] = 'größe'
                out.append(['text', name, '/', 'scalar_text', ['größe']])
                padded = h5py.h5t.C_S1.copy(); padded.set_size(6); padded.set_strpad(h5py.h5t.STR_SPACEPAD)
                a = h5py.h5a.create(f.id, b'padded', padded, h5py.h5s.create_simple((2,)))
                a.write(np.array([b'ab    ', b'abcdef'], 'S6'), padded)
                out.append(['text', name, '/', 'padded', ['ab', 'abcdef']])
        json.dump(out, open(os.path.join(folder, 'expected.json'), 'w'))
        """;

    [Fact]
    public async Task Open_EveryFormThatH5PyWrites_HasTheSameContent()
    {
        Peers.Require();
        using var folder = new ScratchFolder();
        await PeersPython.RunAsync(folder, Script, folder.Path, TestContext.Current.CancellationToken);
        AssertStructuresOccur(folder);
        var failures = new List<string>();
        int total = 0;
        foreach (IGrouping<string, JsonElement> group in SavingReference.Json(folder.File("expected.json")).EnumerateArray()
            .GroupBy(e => e[1].GetString()!))
        {
            using var file = Hdf5File.Open(folder.File(group.Key));
            foreach (JsonElement expected in group)
            {
                total++;
                try
                {
                    Compare(file, expected);
                }
                catch (Exception e)
                {
                    failures.Add($"{group.Key} {expected[2]}: {e.Message}");
                }
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of {total} failed:\n{string.Join('\n', failures)}");
        Assert.True(total > 500, $"only {total} entries");
    }

    /// <summary>The files must have every structure that the reader knows, or a pass says little.</summary>
    private static void AssertStructuresOccur(ScratchFolder folder)
    {
        string all = string.Concat(Directory.GetFiles(folder.Path, "*.h5").Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(f))));
        string[] signatures =
            ["TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "FHDB", "FHIB", "BTHD", "BTLF", "BTIN", "FAHD", "FADB"];
        Assert.Equal(signatures, signatures.Where(s => all.Contains(s, StringComparison.Ordinal)));
    }

    private static void Compare(Hdf5File file, JsonElement expected)
    {
        string path = expected[2].GetString()!;
        if (expected[0].GetString() == "text")
        {
            Assert.Equal(expected[4].EnumerateArray().Select(t => t.GetString()),
                file.ReadStrings(file.Root.Find(path)!, expected[3].GetString()!));
            return;
        }
        WeightArray array = file.ReadArray(Assert.IsType<Hdf5Dataset>(file.Root.Find(path)), path);
        Assert.Equal(DTypeFacts.FromPythonName(expected[3].GetString()!), array.DType);
        Assert.Equal(expected[4].EnumerateArray().Select(d => d.GetInt64()), array.Shape);
        Assert.Equal(expected[5].GetString(), Convert.ToHexStringLower(array.Data.ToBytes()));
    }
}
