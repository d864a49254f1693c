using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.Formats;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Variables;

namespace TfLbfgs.Cli.Commands;

/// <summary><c>inspect</c>: what a file of a model or of weights holds.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> FileArgument = new("FILE")
    {
        Description = "A model or weights of any Keras: .keras, .h5, .weights.h5, .weights.json, .npz, JSON, a SavedModel, a checkpoint; "
            + "or a graph (GraphDef).",
    };

    private const int MaxMetadata = 2000;

    public static Command Create()
    {
        ToolCommand command = new("inspect", "Shows what a file is, who wrote it, its variables with their places in the flat vector, "
            + "the architecture and the compile settings.", "inspect model.keras", "inspect checkpoints/ --json");
        command.Arguments.Add(FileArgument);
        command.SetRun(session => Run(session.Options.GetRequiredValue(FileArgument), session.Report));
        return command;
    }

    private static int Run(string path, Report report)
    {
        new FilePlan().Read(FileArgument.Name, path).Check();
        if (File.Exists(path) && FileProbe.Recognize(path) == FileKind.FrozenGraph)
            return GraphDisplay.ShowFrozenGraph(path, report);
        using ModelFile file = ModelFile.Open(path);
        using SavedModelBundle? bundle = GraphDisplay.Open(path, report);
        string writer = file.KerasVersion is not null ? $"Keras {file.KerasVersion}{(file.Backend is null ? "" : $" on {file.Backend}")}"
            : bundle is { TensorFlowVersion.Length: > 0 } ? $"TensorFlow {bundle.TensorFlowVersion}"
            : "Keras, of no stated version";
        report.Say($"File          {Path.GetFullPath(path)}");
        report.Say($"Format        {file.Format}");
        report.Say($"Written by    {writer}");
        report.Say($"Holds         {string.Join(", ", Parts(file))}");
        report.Json.Add("file", Path.GetFullPath(path)).Add("format", file.Format).Add("keras_version", file.KerasVersion).Add(
            "backend", file.Backend);
        using Model? model = Build(file, report);
        if (model is not null)
            ShowVariables(model.Variables, model.TrainableVariables, report);
        else if (bundle is not null)
            ShowVariables(bundle.Variables, bundle.TrainableVariables, report);
        else
            ShowWeights(file, report);
        if (bundle is not null)
            GraphDisplay.ShowFunctions(bundle, report);
        ShowTraining(file, report);
        ShowMetadata(path, file, report);
        report.Json.Add("vocabularies", file.Vocabularies);
        return ExitCode.Success;
    }

    private static IEnumerable<string> Parts(ModelFile file)
    {
        if (file.ConfigJson is not null)
            yield return "an architecture";
        if (file.Weights.Count > 0)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{file.Weights.Count} weights of {file.Weights.Sum(weight => weight.ElementCount)} numbers");
        if (file.TrainingConfigJson is not null)
            yield return "compile settings";
        if (file.TrainingVariables.Count > 0)
            yield return $"{file.TrainingVariables.Count} variables of optimizer and metrics";
        if (file.Vocabularies.Count > 0)
            yield return $"{file.Vocabularies.Count} vocabularies";
    }

    /// <summary>The model; null where the file has weights alone, or the architecture cannot be built here.</summary>
    private static Model? Build(ModelFile file, Report report)
    {
        if (file.ConfigJson is null)
        {
            report.Json.Add("architecture", (string?)null);
            return null;
        }

        try
        {
            Model model = file.Weights.Count > 0 ? Model.Load(file.Path, new LoadOptions { SkipMismatches = true })
                : Model.FromJson(file.ConfigJson);
            foreach (VariableLoad mismatch in model.LoadReport?.Mismatches ?? [])
                report.Warn(mismatch.ToString());
            foreach (string warning in model.LoadReport?.Warnings ?? [])
                report.Warn(warning);
            report.Say("");
            report.Say(model.Summary());
            report.Json.Add("architecture", model.Summary());
            return model;
        }
        catch (Exception e) when (e is ModelConfigException or WeightsMismatchException)
        {
            report.Warn($"the model cannot be built here: {e.Message}");
            report.Json.Add("architecture", (string?)null);
            return null;
        }
    }

    private static void ShowVariables(IReadOnlyList<Variable> variables, IReadOnlyList<Variable> trained, Report report)
    {
        Dictionary<Variable, long> offsets = new(ReferenceEqualityComparer.Instance);
        long offset = 0;
        foreach (Variable variable in trained)
        {
            offsets[variable] = offset;
            offset += variable.Shape.ElementCount;
        }

        report.Say("");
        TextTable.Write(
            report, ["variable", "shape", "dtype", "offset"],
            [.. variables.Select(variable => new[]
            {
                variable.Name, variable.Shape.ToString(), variable.DType.PythonName,
                offsets.TryGetValue(variable, out long at) ? at.ToString(CultureInfo.InvariantCulture) : "not trained",
            })]);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"The flat vector of the trained variables has {offset} numbers."));
        report.Json.Add("variables", variables, (json, variable) =>
        {
            json.Add("name", variable.Name).Add("shape", variable.Shape.ToString()).Add("dtype", variable.DType.PythonName);
            if (offsets.TryGetValue(variable, out long at))
                json.Add("offset", at);
            else
                json.Add("offset", (string?)null);
        });
        report.Json.Add("flat_size", offset);
    }

    private static void ShowWeights(ModelFile file, Report report)
    {
        if (file.Weights.Count > 0)
        {
            report.Say("");
            TextTable.Write(report, ["weight", "shape", "dtype"],
                [.. file.Weights.Select(weight => new[] { weight.Path, StoredArray.Describe(weight.Shape), weight.DType.PythonName })]);
            report.Say("Offsets in the flat vector need the architecture: load the weights into a model.");
        }

        report.Json.Add("variables", file.Weights, (json, weight) =>
            json.Add("name", weight.Path).Add("shape", StoredArray.Describe(weight.Shape)).Add("dtype", weight.DType.PythonName).Add(
                "offset", (string?)null));
    }

    private static void ShowTraining(ModelFile file, Report report)
    {
        report.Json.Add("training_config", file.TrainingConfigJson).Add(
            "training_variables", file.TrainingVariables.Select(variable => variable.ToString()));
        if (file.TrainingConfigJson is not null)
        {
            using JsonDocument config = JsonDocument.Parse(file.TrainingConfigJson, new JsonDocumentOptions { MaxDepth = 512 });
            report.Say("");
            foreach (JsonProperty setting in config.RootElement.EnumerateObject()
                .Where(setting => setting.Value.ValueKind != JsonValueKind.Null))
                report.Say($"{setting.Name,-20} {setting.Value.GetRawText()}");
        }

        if (file.TrainingVariables.Count > 0)
        {
            report.Say("");
            TextTable.Write(
                report, ["optimizer and metrics", "shape", "dtype"],
                [.. file.TrainingVariables.Select(variable =>
                    new[] { variable.Path, StoredArray.Describe(variable.Shape), variable.DType.PythonName })]);
        }
    }

    /// <summary>What this tool keeps in the file, and the scaling file next to it.</summary>
    private static void ShowMetadata(string path, ModelFile file, Report report)
    {
        if (file.Metadata.Count > 0)
        {
            report.Say("");
            foreach ((string name, string text) in file.Metadata)
                report.Say($"{name}: {TerminalText.Shorten(text, MaxMetadata)}");
        }

        report.Json.Add("metadata", file.Metadata, (json, entry) => json.Add("name", entry.Key).Add("text", entry.Value));
        string scaling = Scaling.PathFor(FileIdentity.FinalPath(path));
        if (File.Exists(scaling))
            report.Say($"Scaling file  {scaling}");
        report.Json.Add("scaling_file", File.Exists(scaling) ? scaling : null);
    }
}
