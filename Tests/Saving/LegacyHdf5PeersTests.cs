using System.Text.Json;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>What we write, judged by h5py and by real Keras 2 and 3.</summary>
[Trait("Category", "Peers")]
[Trait("Category", "Reference")]
public class LegacyHdf5PeersTests
{
    /// <summary>
    /// Compares pairs of files by h5py, datasets and attributes, then lets Keras load both of a pair and compares all weights and the
    /// outputs for the same input. Prints "equal" per pair.
    /// </summary>
    private const string Script = """
        import json, sys, h5py, numpy as np

        def texts(value):
            value = np.asarray(value).ravel().tolist()
            return [v.decode() if isinstance(v, bytes) else v for v in value]

        def content(path):
            found = {}
            def visit(name, item):
                for key, value in item.attrs.items():
                    found[name + '@' + key] = texts(value)
                if isinstance(item, h5py.Dataset):
                    found[name] = (item.shape, item.dtype.str, np.asarray(item[()]).tobytes())
            with h5py.File(path, 'r') as file:
                visit('', file)
                file.visititems(visit)
            return found

        def loaded(kind, path, original_model):
            if kind == 'tf_keras':
                import tf_keras as keras
            elif kind == 'keras':
                import keras
            else:
                import tf_keras as keras
                model = keras.models.load_model(original_model, compile=False)
                model.set_weights([w * 0 for w in model.get_weights()])
                model.load_weights(path)
                return model
            return keras.models.load_model(path, compile=False)

        for kind, original, copy, original_model in json.load(open(sys.argv[1])):
            a, b = content(original), content(copy)
            wrong = [k for k in a.keys() | b.keys() if a.get(k) != b.get(k)]
            if wrong:
                print('h5py:', wrong, flush=True)
                continue
            if kind == 'h5py':
                print('equal', flush=True)
                continue
            one, other = loaded(kind, original, original_model), loaded(kind, copy, original_model)
            same = all(np.array_equal(x, y) for x, y in zip(one.get_weights(), other.get_weights(), strict=True))
            shapes = one.input_shape if isinstance(one.input_shape, list) else [one.input_shape]
            data = [np.linspace(-1, 1, 2 * int(np.prod(s[1:]))).reshape((2,) + tuple(s[1:])) for s in shapes]
            data = data[0] if len(data) == 1 else data
            x, y = one(data), other(data)
            x, y = (x, y) if isinstance(x, (list, tuple)) else ([x], [y])
            same = same and all(np.array_equal(np.asarray(p), np.asarray(q)) for p, q in zip(x, y, strict=True))
            print('equal' if same else 'values differ', flush=True)
        """;

    [Fact]
    public async Task Write_ReferenceFiles_OpenInRealKerasWithTheSameValues()
    {
        Peers.Require();
        string[] keras2 = ["k2_blog_mlp", "k2_classifier", "k2_names", "k2_regularized", "k2_small_variants", "k2_trained_sgd_f32"];
        string[] keras3 = ["k3_blog_mlp", "k3_classifier", "k3_names", "k3_regularized", "k3_small_variants", "k3_trained_sgd_f32"];
        using var folder = new ScratchFolder();
        var pairs = new List<string[]>();
        foreach (string name in keras2.Where(IsThere))
        {
            pairs.Add(Pair("tf_keras", name, "model.h5"));
            pairs.Add(Pair("keras", name, "model.h5"));
            pairs.Add(Pair("weights", name, "weights.h5"));
        }
        foreach (string name in keras3.Where(IsThere))
            pairs.Add(Pair("keras", name, "model.h5"));
        foreach ((string name, string file) in SavingReference.Files("legacy_h5_model", "legacy_h5_weights"))
        {
            // These have attributes that are split in another place than ours.
            if (!name.EndsWith("long_names", StringComparison.Ordinal))
                pairs.Add(Pair("h5py", name, file));
        }

        string[] verdicts = await RunAsync(folder, pairs, TestContext.Current.CancellationToken);
        Assert.Equal(pairs.Count, verdicts.Length);
        ReferenceReport report = new("keras/cases written again, judged by h5py and Keras");
        foreach ((string[] pair, string verdict) in pairs.Zip(verdicts))
            report.Check($"{pair[0]} {Path.GetRelativePath(ReferenceRoot.Folder, pair[1])}", () => Assert.Equal("equal", verdict));
        report.Finish();

        static bool IsThere(string name) => File.Exists(ReferenceRoot.PathOf("keras", "cases", name, "case.json"));

        string[] Pair(string kind, string name, string file)
        {
            string original = SavingReference.Case(name, file);
            string copy = folder.File($"{name}_{file}");
            using ModelContents contents = SavingReference.ReadLegacy(original);
            LegacyHdf5Writer.Write(copy, contents);
            return [kind, original, copy, ReferenceRoot.PathOf("keras", "cases", name, "model.h5")];
        }
    }

    [Fact]
    public async Task Write_TypesAndLongLists_AreReadByH5Py()
    {
        Peers.Require();
        using var folder = new ScratchFolder();
        string path = folder.File("types.h5");
        DType[] types = [DType.Float16, DType.Float32, DType.Float64, DType.Int8, DType.Int64, DType.UInt16, DType.Bool];
        WeightNode[] layers = [.. Enumerable.Range(0, 4500).Select(i =>
            SavingReference.Layer($"layer_{i}", i == 0
                ? [.. types.Select(t => LegacyHdf5RoundTripTests.Array($"{t}/w:0", t, 2, 3)),
                LegacyHdf5RoundTripTests.Array("scalar", DType.Int64)] : []))];
        LegacyHdf5Writer.Write(path, LegacyHdf5RoundTripTests.Weights(layers));
        const string Print = """
            import sys, h5py
            with h5py.File(sys.argv[1], 'r') as file:
                names = [*file.attrs['layer_names0'], *file.attrs['layer_names1']]
                print(len(names), names[0], names[-1], file['layer_0']['scalar'].shape)
                print(*[file['layer_0'][n].dtype for n in file['layer_0'].attrs['weight_names']])
            """;
        string[] lines = await PeersPython.RunAsync(folder, Print, path, TestContext.Current.CancellationToken);
        Assert.Equal(["4500 layer_0 layer_4499 ()", "float16 float32 float64 int8 int64 uint16 bool int64"], lines);
    }

    private static async Task<string[]> RunAsync(ScratchFolder folder, List<string[]> pairs, CancellationToken cancellation)
    {
        string list = folder.File("pairs.json");
        await File.WriteAllTextAsync(list, JsonSerializer.Serialize(pairs), cancellation);
        return await PeersPython.RunAsync(folder, Script, list, cancellation);
    }
}
