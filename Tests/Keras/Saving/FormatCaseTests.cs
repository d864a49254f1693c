using System.Globalization;
using System.Text;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Tests.SavedModels;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;
using Xunit.Sdk;

namespace TfLbfgs.Tests.Keras.Saving;

/// <summary>
/// Every file of the reference cases in its format: whole models are loaded and compared with Keras, files of weights are loaded into the
/// model of the case. The suite has a sample, the explicit test all: <c>Tests/Results/keras-files.txt</c>.
/// </summary>
[Trait("Category", "Reference")]
public class FormatCaseTests : LeakChecked
{
    private static readonly string[] Sample =
        ["k2_blog_mlp", "k3_blog_mlp", "k2_nested", "k3_nested", "k2_stacked_cells", "k3_transformer", "k2_transformer"];

    private static readonly string[] Models = ["legacy_h5_model", "keras_archive", "keras_archive_variant", "keras2_saved_model"];
    private static readonly string[] Weights =
        ["legacy_h5_weights", "keras2_weights_h5", "keras3_weights_h5", "npz", "checkpoint_weights", "checkpoint_object",
        "keras3_sharded_weights"];

    [Fact]
    public void Load_SampleOfFiles_IsEqual()
    {
        ReferenceReport report = new("keras/cases formats");
        foreach ((string name, string file, string format) in Files()
            .Where(f => Sample.Contains(f.Case) && f.Format is "keras_archive" or "keras2_weights_h5" or "keras3_weights_h5" or "npz"
            or "checkpoint_weights" or "checkpoint_object" or "keras2_saved_model" or "keras3_export"))
            report.Check($"{name}/{file}", () => Check(name, file, format));
        report.Finish();
    }

    [Fact]
    public void Save_Sample_ReloadsEqual()
    {
        ReferenceReport report = new("keras/cases formats written");
        foreach (string name in Sample.Take(4).Where(name => File.Exists(KerasCases.PathOf(name, "model.h5"))))
            report.Check(name, () => CheckWritten(name));
        report.Finish();
    }

    [Fact(Explicit = true)]
    public void Load_EveryFile_IsEqual()
    {
        SortedDictionary<string, (int Equal, int Total)> counts = new(StringComparer.Ordinal);
        StringBuilder reasons = new();
        foreach ((string name, string file, string format) in Files())
        {
            (int equal, int total) = counts.GetValueOrDefault(format);
            try
            {
                Check(name, file, format);
                equal++;
            }
            catch (Exception e) when (e is TfLbfgsException or XunitException)
            {
                string reason = e.Message.Replace(ReferenceRoot.PathOf("keras", "cases"), "", StringComparison.Ordinal)
                    .ReplaceLineEndings(" ");
                reasons.Append(CultureInfo.InvariantCulture, $"{name}/{file}: {reason[..Math.Min(reason.Length, 300)]}\n");
            }

            counts[format] = (equal, total + 1);
        }

        StringBuilder table = new("format: files opened and equal of all\n");
        foreach ((string format, (int equal, int total)) in counts)
            table.Append(CultureInfo.InvariantCulture, $"{format}: {equal} of {total}\n");
        StoredResult.Write("keras-files.txt", $"{table}\n{reasons}");
    }

    [Fact(Explicit = true)]
    public void Save_EveryCase_ReloadsEqual()
    {
        ReferenceReport report = new("keras/cases formats written");
        foreach (string name in KerasCases.Names())
            report.Check(name, () => CheckWritten(name));
        report.Finish();
    }

    private static void Check(string name, string file, string format)
    {
        string path = KerasCases.PathOf(name, file);
        bool isSubclassed = name.EndsWith("_subclassed", StringComparison.Ordinal);
        if (format == "keras3_export" || (format == "keras2_saved_model" && isSubclassed))
        {
            SavedModelCaseTests.AssertOutputs(name, file, compile: false);
        }
        else if (isSubclassed)
        {
            SubclassedFileTests.AssertLoads(name, file);
        }
        else if (!KerasCases.HasModel(name))
        {
            // Neither Keras can save this model as a whole.
            using Model model = Model.FromJson(File.ReadAllText(KerasCases.PathOf(name, "config.json")));
            Assert.Empty(model.LoadWeights(path).Mismatches);
            ModelCaseTests.AssertBehaves(name, model);
        }
        else if (Models.Contains(format) || (format == "legacy_h5_variant" && HasConfig(path)))
        {
            using Model model = Model.Load(path);
            Assert.Empty(model.LoadReport!.Mismatches);
            if (KerasReference.Read("cases", name, "case.json").GetProperty("sample_weights").ValueKind == JsonValueKind.Null)
                ModelCaseTests.AssertBehaves(name, model);
        }
        else if (Weights.Contains(format) || format == "legacy_h5_variant")
        {
            string whole = File.Exists(KerasCases.PathOf(name, "model.h5")) ? "model.h5" : "model.keras";
            using Model model = Model.Load(KerasCases.PathOf(name, whole));
            double[][] weights = model.GetWeights();
            model.SetWeights([.. weights.Select(w => new double[w.Length])]);
            LoadReport report = model.LoadWeights(path);
            Assert.Empty(report.Mismatches);
            Assert.Equal(weights, model.GetWeights());
        }
        else
        {
            throw new TfLbfgsException($"{format} is not read yet");
        }
    }

    private static void CheckWritten(string name)
    {
        using ScratchFolder folder = new();
        using Model model = Model.Load(KerasCases.PathOf(name, "model.h5"));
        Assert.Equal(model.Variables.Count, model.Save(folder.File("out.keras")).VariableCount);
        using (Model again = Model.Load(folder.File("out.keras")))
        {
            Assert.Equal(model.GetWeights(), again.GetWeights());
            Assert.Equal(model.Variables.Select(v => v.ToString()), again.Variables.Select(v => v.ToString()));
            Assert.All(again.LoadReport!.Variables, v => Assert.Equal((VariableLoadStatus.Loaded, false), (v.Status, v.Renamed)));
            ModelCaseTests.AssertBehaves(name, again);
        }

        model.SaveWeights(folder.File("out.weights.h5"));
        double[][] weights = model.GetWeights();
        model.SetWeights([.. weights.Select(w => new double[w.Length])]);
        Assert.All(model.LoadWeights(folder.File("out.weights.h5")).Variables,
            v => Assert.Equal((VariableLoadStatus.Loaded, false), (v.Status, v.Renamed)));
        Assert.Equal(weights, model.GetWeights());
        foreach (string file in (string[])["out.npz", "out.ckpt", "out.weights.json"])
        {
            model.SaveWeights(folder.File(file));
            model.SetWeights([.. weights.Select(w => new double[w.Length])]);
            Assert.Equal(weights.Length, model.LoadWeights(folder.File(file)).LoadedCount);
            Assert.Equal(weights, model.GetWeights());
        }
    }

    private static bool HasConfig(string path)
    {
        using ModelContents contents = ModelFiles.ReadWeights(path);
        return contents.ConfigJson is not null;
    }

    private static IEnumerable<(string Case, string File, string Format)> Files()
    {
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "case.json")))
                continue;
            foreach (JsonElement file in SavingReference.Json(Path.Combine(folder, "case.json")).GetProperty("files").EnumerateArray())
                yield return (Path.GetFileName(folder), file.GetProperty("path").GetString()!, file.GetProperty("format").GetString()!);
        }
    }
}
