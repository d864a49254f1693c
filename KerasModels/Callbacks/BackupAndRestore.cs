using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Callbacks;

/// <summary>
/// Writes weights, the variables that are trained with them, the state of the optimizer and the number of the epoch to a file while the
/// model is trained, and goes on from there when the same program is started again after it was killed. The file is replaced at once and
/// removed at the end of training. Python: <c>tf.keras.callbacks.BackupAndRestore</c>.
/// </summary>
/// <param name="folder">The folder of the file, made when it is not there.</param>
public sealed class BackupAndRestore(string folder) : Callback
{
    private const string EpochName = "epoch";

    private int? _resumeAt;
    private long _batches;
    private int _epoch;

    /// <summary>After how many steps the state is written, too; null (default): after each epoch alone. Python: <c>save_freq</c>.</summary>
    public int? SaveEverySteps { get; init; }

    /// <summary>Whether the file is removed when training ends; default true. Python: <c>delete_checkpoint</c>.</summary>
    public bool DeleteAtEnd { get; init; } = true;

    /// <summary>The file.</summary>
    public string File => Path.Combine(folder, "backup.npz");

    internal override int? ResumeAt => _resumeAt;

    /// <inheritdoc/>
    public override void OnTrainBegin()
    {
        (_resumeAt, _batches) = (null, 0);
        Directory.CreateDirectory(folder);
        if (System.IO.File.Exists(File))
            Restore();
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch) => _epoch = epoch;

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(int batch, TrainingLogs logs)
    {
        // The epoch is repeated from its start with these weights.
        if (SaveEverySteps is { } steps && ++_batches % steps == 0)
            Write(_epoch);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(int epoch, TrainingLogs logs) => Write(epoch + 1);

    /// <inheritdoc/>
    public override void OnTrainEnd(TrainingLogs? logs)
    {
        if (DeleteAtEnd)
            System.IO.File.Delete(File);
    }

    private List<(string Name, Variable Variable)> State()
    {
        // L-BFGS starts anew from the weights, with an empty memory.
        Optimizer? optimizer = Model.Optimizer;
        optimizer?.Build(Model.TrainedVariables());
        return
        [
            .. Model.Variables.Select((variable, i) => (FormattableString.Invariant($"model_{i}"), variable)),
            .. Model.TrainedVariables().Except(Model.Variables).Select(
                (variable, i) => (FormattableString.Invariant($"extra_{i}"), variable)),
            .. (optimizer?.Variables ?? []).Select((variable, i) => (FormattableString.Invariant($"optimizer_{i}"), variable)),
        ];
    }

    private void Write(int nextEpoch)
    {
        List<(string, StoredArray)> arrays = [(EpochName, StoredArray.FromBytes(DType.Int64, [], BitConverter.GetBytes((long)nextEpoch)))];
        foreach ((string name, Variable variable) in State())
        {
            using Tensor value = variable.Value;
            arrays.Add((name, StoredArray.FromBytes(variable.DType, variable.Shape.ToArray(), value.ToBytes())));
        }

        NpzFile.Write(File, arrays);
    }

    private void Restore()
    {
        using NpzFile file = NpzFile.Open(File);
        Dictionary<string, StoredArray> arrays = file.Arrays.ToDictionary(entry => entry.Name, entry => entry.Array);
        int epoch = (int)BitConverter.ToInt64(arrays[EpochName].ToBytes());
        // The state is that of the part of a sequence that ran then.
        Model.RequireMethod().GoOnAt(epoch);
        List<(string Name, Variable Variable)> state = State();
        foreach ((string name, Variable variable) in state)
        {
            if (!arrays.TryGetValue(name, out StoredArray? array) || array.DType != variable.DType
                || !array.Shape.SequenceEqual(variable.Shape.ToArray()))
            {
                throw new TfLbfgsException(
                    $"{File}: expected the state of {Model} with {state.Count} variables, received one in which {variable} is {(array is null ? "missing" : array.ToString())}. "
                    + "It is of another model or optimizer: remove it to start anew.");
            }
        }

        foreach ((string name, Variable variable) in state)
        {
            using Tensor value = Tensor.FromBytes(arrays[name].ToBytes(), variable.DType, variable.Shape);
            variable.Assign(value);
        }

        _resumeAt = epoch;
    }
}
