using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TfLbfgs.Cli.Files;
using TfLbfgs.Cli.Output;
using TfLbfgs.IO;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Cli.Data;

/// <summary>
/// A model and the scaling that it was trained with: one file, so that no copy, link or interrupted save parts them. The scaling file next
/// to the model is for people; where it says something else, the pair is refused. It is used for models without a scaling of their own,
/// such as those that Keras saved again.
/// </summary>
internal sealed class ScaledModel : IDisposable
{
    /// <summary>The role of a model among the files of a command.</summary>
    public const string ModelRole = "MODEL";

    /// <summary>The role of the scaling file of a model.</summary>
    public const string ScalingRole = "the scaling file of MODEL";

    private const string ScalingName = "tflbfgs.scaling";
    private const string LossName = "tflbfgs.loss";
    private const string StartName = "tflbfgs.start";
    private const string ResultName = "tflbfgs.result";
    private const string NoScaling = "none";

    /// <summary>Takes a model.</summary>
    /// <param name="model">The model; disposed with this object.</param>
    /// <param name="path">Its file, for messages.</param>
    public ScaledModel(Model model, string path)
    {
        Model = model;
        Path = path;
    }

    public Model Model { get; }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>What was done to the columns; null: nothing.</summary>
    public Scaling? Scaling { get; private set; }

    /// <summary>The scaling file that is there; null: none.</summary>
    public string? ScalingFile { get; private set; }

    /// <summary>The loss that the model was trained with here; null: not known.</summary>
    public string? Loss => Model.Metadata.TryGetValue(LossName, out string? loss) ? loss : null;

    /// <summary>Adds the files of a model to those that a command reads.</summary>
    public static FilePlan PlanToRead(FilePlan files, string path)
    {
        files.Read(ModelRole, path);
        foreach (string name in NamesOf(path))
            files.ReadIfThere(ScalingRole, Scaling.PathFor(name));
        return files;
    }

    /// <summary>Refuses a scaling of targets that are not the outputs of the model.</summary>
    /// <exception cref="TfLbfgsException">Their numbers differ.</exception>
    public void CheckTargets(long outputs)
    {
        if (Scaling is { Targets: { ChangesValues: true } targets } && targets.Columns.Count != outputs)
            throw new TfLbfgsException($"{ScalingFile ?? Path}: expected a scaling of the {outputs} outputs of the model, received one "
                + $"of {targets.Columns.Count}: it belongs to another model.");
    }

    /// <summary>Loads a model and its scaling.</summary>
    /// <exception cref="TfLbfgsException">The model cannot be loaded, or model and scaling do not belong together.</exception>
    public static ScaledModel Load(string path, LoadOptions? options = null)
    {
        ScaledModel loaded = new(Model.Load(path, options), path);
        try
        {
            loaded.Scaling = ScalingOf(path, loaded.Model.Metadata, out string? file);
            loaded.ScalingFile = file;
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>The scaling that belongs to a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">The texts in it.</param>
    /// <param name="file">The scaling file that is there; null: none.</param>
    /// <returns>The scaling; null: none.</returns>
    /// <exception cref="TfLbfgsException">Model and scaling file do not belong together.</exception>
    public static Scaling? ScalingOf(string path, IEnumerable<KeyValuePair<string, string>> metadata, out string? file)
    {
        List<(string File, Scaling Scaling)> found = [];
        foreach (string name in NamesOf(path))
        {
            if (Scaling.Find(name) is { } scaling)
                found.Add((Scaling.PathFor(name), scaling));
        }

        file = found.Count > 0 ? found[0].File : null;
        if (metadata.FirstOrDefault(entry => entry.Key == ScalingName).Value is not { } text)
        {
            if (found.Count > 1 && !IsSame(found[0].Scaling, found[1].Scaling))
                throw new TfLbfgsException($"{path}: expected one scaling, received two different ones: {found[0].File} and "
                    + $"{found[1].File}. Remove the one that is not of this model.");
            return found.Count > 0 ? found[0].Scaling : null;
        }

        Scaling? own = text == NoScaling ? null : Scaling.Parse(Encoding.UTF8.GetBytes(text), $"{path}, the scaling in the file");
        if (found.Find(entry => own is null || !IsSame(own, entry.Scaling)) is { File: { } other })
        {
            throw new TfLbfgsException(
                $"{path}: expected the scaling file of this model, received {other}, which says something else than the model, "
                + $"{(own is null ? "that has no scaling" : "that has its own")}. " +
                "It is of another model or of an interrupted run: remove it.");
        }

        return own;
    }

    /// <summary>Saves a model with its scaling: one file, at once; then the file for people.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="model">The model.</param>
    /// <param name="scaling">What was done to the columns; null: nothing.</param>
    /// <param name="loss">The loss it was trained with.</param>
    /// <param name="start">The fingerprint of the weights that the training started from.</param>
    /// <param name="report">Receives files and warnings.</param>
    public static void Save(string output, Model model, Scaling? scaling, string loss, string start, Report report)
    {
        model.Metadata[ScalingName] = scaling?.ToJson() ?? NoScaling;
        model.Metadata[LossName] = loss;
        model.Metadata[StartName] = start;
        model.Metadata[ResultName] = Fingerprint(model);
        SaveReport? saved = null;
        string place = Write();
        foreach (string warning in saved!.Warnings)
            report.Warn($"{place}: {warning}");
        report.Wrote(place);
        WriteForPeople(Scaling.PathFor(FileIdentity.FinalPath(place)), scaling, report);

        string Write()
        {
            try
            {
                return ResultFile.Write(output, path => saved = model.Save(path), report);
            }
            catch (TfLbfgsException e)
            {
                // What a format does not hold is seldom a weight: these are what was computed.
                string? weights = TryWriteWeights();
                if (weights is null)
                    throw;
                report.IsElsewhere = true;
                report.Warn($"{output} could not be written: {e.Message.TrimEnd('.')}. The weights alone were saved as {weights}.");
                return weights;
            }
        }

        string? TryWriteWeights()
        {
            try
            {
                return ResultFile.Write(
                    System.IO.Path.ChangeExtension(output, ".weights.h5"), path => saved = model.SaveWeights(path), report);
            }
            catch (TfLbfgsException)
            {
                return null;
            }
        }
    }

    /// <summary>Writes the scaling file of a model, or removes the one of the model that it replaced. A failure is a warning.</summary>
    public static void WriteForPeople(string file, Scaling? scaling, Report report)
    {
        if (scaling is not null)
        {
            if (ResultFile.TryWrite(file, () => AtomicFile.Write(file, scaling.Write), report))
                report.Wrote(file);
        }
        else if (File.Exists(file) && ResultFile.TryWrite(file, () => File.Delete(file), report))
        {
            report.Warn($"{file} belonged to a model that was replaced, and was removed.");
        }
    }

    /// <summary>
    /// What a run that is resumed must start from: the weights, or for a model that a run saved those that the run started from.
    /// </summary>
    public string StartFingerprint()
    {
        string now = Fingerprint(Model);
        return Model.Metadata.TryGetValue(ResultName, out string? result) && result == now
            && Model.Metadata.TryGetValue(StartName, out string? start) ? start : now;
    }

    /// <summary>A hash of the weights.</summary>
    public static string Fingerprint(Model model)
    {
        using TensorScope scope = new();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Variable variable in model.Variables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{variable.Shape}\n"));
            if (variable.DType.IsFloating)
                hash.AppendData(MemoryMarshal.AsBytes(variable.Value.ToDoubles().AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>A hash of a scaling.</summary>
    public static string Fingerprint(Scaling? scaling) =>
        scaling is null ? NoScaling : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scaling.ToJson())))[..16];

    public void Dispose() => Model.Dispose();

    // Next to the file itself, and where an earlier version looked: next to the link.
    private static IEnumerable<string> NamesOf(string path) =>
        ((string[])[FileIdentity.FinalPath(path), System.IO.Path.GetFullPath(path)]).Distinct();

    private static bool IsSame(Scaling a, Scaling b) => IsSame(a.Inputs, b.Inputs) && IsSame(a.Targets, b.Targets);

    private static bool IsSame(ColumnScaling a, ColumnScaling b) =>
        a.Columns.SequenceEqual(b.Columns) && a.Mean.SequenceEqual(b.Mean) && a.Scale.SequenceEqual(b.Scale);
}
