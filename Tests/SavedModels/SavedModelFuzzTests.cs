using System.Diagnostics;
using System.Globalization;
using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.SavedModels;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.SavedModels;

/// <summary>
/// Damage at random, with fixed seeds, to <c>saved_model.pb</c> and to a frozen graph: each is loaded, and all that is said of its
/// functions is read, or refused in one sentence. The suite has the first rounds, the explicit test all:
/// <c>Tests/Results/saved-model-fuzz.txt</c>.
/// </summary>
public class SavedModelFuzzTests : LeakChecked
{
    private static readonly int Rounds = Fuzzing.Rounds(1500);
    private const int Sample = 25;

    private static readonly (string Name, string Folder)[] Models =
    [
        ("tf_module", SavedModelBundleTests.Data("tf_module")), ("tf1", SavedModelBundleTests.Data("tf1")),
        ("k3_objective", Path.Combine(Checkout.Root, "Tests", "Reference", "keras", "objective", "k3_objective", "saved_model")),
    ];

    [Fact]
    public void Load_SampleOfChangedFiles_LoadsOrRefuses()
    {
        foreach ((_, string folder) in Models)
            Fuzz(folder, Sample);
        FuzzGraph(Sample);
    }

    [Fact(Explicit = true)]
    public void Load_EveryChangedFile_LoadsOrRefuses()
    {
        StringBuilder table = new("SavedModel with saved_model.pb changed at random: loaded and refused\n");
        foreach ((string name, string folder) in Models)
            table.Append(CultureInfo.InvariantCulture, $"{name}: {Fuzz(folder, Rounds)}\n");
        table.Append(CultureInfo.InvariantCulture, $"frozen.pb: {FuzzGraph(Rounds)}\n");
        StoredResult.Write("saved-model-fuzz.txt", table.ToString());
    }

    [Fact]
    public void Load_FieldsWithoutEnd_AreRefusedBeforeTheyAreMade()
    {
        // Two bytes for each node: a hundred times as many in memory.
        byte[] nodes = new byte[4 << 20];
        for (int i = 0; i < nodes.Length; i += 2)
            nodes[i] = 0x0a;
        using ScratchFolder folder = new();
        File.WriteAllBytes(folder.File("graph.pb"), nodes);
        Assert.Contains("more fields", Assert.Throws<FileFormatException>(() => FrozenGraph.Load(folder.File("graph.pb"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WhatIsNoSavedModel_SaysWhatIsThere()
    {
        using ScratchFolder folder = new();
        Assert.Contains("no such folder", Refusal(folder.File("nothing")), StringComparison.Ordinal);
        Directory.CreateDirectory(folder.File("empty"));
        Assert.Contains("without saved_model.pb", Refusal(folder.File("empty")), StringComparison.Ordinal);
        File.WriteAllText(folder.File("empty/saved_model.pbtxt"), "");
        Assert.Contains("as text", Refusal(folder.File("empty")), StringComparison.Ordinal);
        Assert.Contains("tags [train]",
            Assert.Throws<FileFormatException>(() =>
            SavedModelBundle.Load(Models[0].Folder, new SavedModelOptions { Tags = ["train"] })).Message, StringComparison.Ordinal);
        static string Refusal(string path) => Assert.Throws<FileFormatException>(() => SavedModelBundle.Load(path)).Message;
    }

    private static string Fuzz(string original, int rounds)
    {
        using ScratchFolder scratch = new();
        string folder = scratch.File("model");
        foreach (string file in Directory.GetFiles(original, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(original, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        byte[] bytes = File.ReadAllBytes(Path.Combine(original, "saved_model.pb"));
        return Count(bytes, rounds, changed =>
        {
            File.WriteAllBytes(Path.Combine(folder, "saved_model.pb"), changed);
            using SavedModelBundle model = SavedModelBundle.Load(folder);
            Assert.NotNull(string.Join('\n', model.Signatures.Values.Concat(model.Functions.Values.SelectMany(traces => traces)))
                + string.Join(',', model.Variables));
        });
    }

    private static string FuzzGraph(int rounds)
    {
        using ScratchFolder scratch = new();
        return Count(File.ReadAllBytes(SavedModelBundleTests.Data("frozen.pb")), rounds, changed =>
        {
            File.WriteAllBytes(scratch.File("graph.pb"), changed);
            using FrozenGraph graph = FrozenGraph.Load(scratch.File("graph.pb"));
            Assert.NotNull(graph.Function().ToString());
        });
    }

    private static string Count(byte[] original, int rounds, Action<byte[]> load)
    {
        Random random = new(7);
        int loaded = 0, refused = 0;
        for (int i = 0; i < rounds; i++)
        {
            byte[] changed = Change(original, random);
            var time = Stopwatch.StartNew();
            try
            {
                load(changed);
                loaded++;
            }
            catch (TfLbfgsException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }

            Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), $"round {i} took {time.Elapsed}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{loaded} {refused}");
    }

    /// <summary>A few bytes changed, a piece cut out, doubled, or the end cut off.</summary>
    private static byte[] Change(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        switch (random.Next(6))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                int start = random.Next(bytes.Length), length = random.Next(Math.Min(64, bytes.Length - start));
                return [.. bytes.AsSpan(0, start), .. bytes.AsSpan(start + length)];
            case 2:
                int from = random.Next(bytes.Length), count = random.Next(Math.Min(256, bytes.Length - from));
                return [.. bytes.AsSpan(0, from + count), .. bytes.AsSpan(from)];
            default:
                for (int i = random.Next(1, 6); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : bytes[random.Next(bytes.Length)]);
                return bytes;
        }
    }
}
