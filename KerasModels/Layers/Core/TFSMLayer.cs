using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.SavedModels;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// A SavedModel as a layer, so that an exported model is a part of a new one. Its variables are those of the layer, by the
/// names that they have in the SavedModel, and are trained with the model unless the layer is frozen. Inputs are cast to the dtypes of
/// the function. A model file holds the path of the SavedModel only. Python: <c>keras.layers.TFSMLayer</c>.
/// </summary>
[KerasName("TFSMLayer", Generation = KerasGeneration.Keras3)]
public sealed class TFSMLayer : Layer
{
    private readonly SavedModelBundle? _model;
    private readonly IReadOnlyList<SavedFunction> _functions = [];
    private readonly IReadOnlyList<SavedFunction> _trainingFunctions = [];
    private string _path = "";
    private string _callEndpoint = "serve";
    private string? _callTrainingEndpoint;

    /// <summary>Loads a SavedModel as a layer.</summary>
    /// <param name="path">The folder with <c>saved_model.pb</c>.</param>
    /// <param name="callEndpoint">The function or signature that a call runs; default <c>serve</c>, what <c>model.export</c> of Keras 3
    /// writes; SavedModels of Keras 2 and of TensorFlow 1 have <c>serving_default</c>.</param>
    /// <param name="callTrainingEndpoint">The function or signature that a call in training runs; null (default): the same.</param>
    /// <param name="trainable">Whether the variables are trained; default true.</param>
    /// <param name="options">How the SavedModel is loaded; null: defaults.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype of floating-point outputs; null: that of the model.</param>
    /// <exception cref="TfLbfgs.Formats.FileFormatException">A file is missing or damaged.</exception>
    /// <exception cref="TfLbfgsException">The SavedModel has no such function.</exception>
    public TFSMLayer(
        string path, string callEndpoint = "serve", string? callTrainingEndpoint = null, bool trainable = true,
        SavedModelOptions? options = null, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(callEndpoint);
        (_path, _callEndpoint, _callTrainingEndpoint) = (path, callEndpoint, callTrainingEndpoint);
        _model = SavedModelBundle.Load(path, options);
        try
        {
            _functions = Find(callEndpoint);
            _trainingFunctions = callTrainingEndpoint is null ? _functions : Find(callTrainingEndpoint);
        }
        catch
        {
            _model.Dispose();
            throw;
        }

        foreach (Variable variable in _functions.Concat(_trainingFunctions).SelectMany(function => function.Variables).Distinct())
            AddVariable(variable.Name.Replace('/', '_'), variable);
        Trainable = trainable;
    }

    internal TFSMLayer()
    {
    }

    /// <summary>The folder with <c>saved_model.pb</c>. Python: <c>filepath</c>.</summary>
    public string Filepath => _path;

    /// <inheritdoc/>
    protected override bool TakesIntegers => true;

    /// <inheritdoc/>
    private protected override bool CastsInputs => false;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyList<SavedFunction> functions = context.Training ? _trainingFunctions : _functions;
        SavedFunction function = functions.FirstOrDefault(candidate => Takes(candidate, inputs)) ?? throw new TfLbfgsException(
            $"{this}: expected inputs of one of {string.Join("; ", functions)}, "
            + $"received {string.Join(", ", inputs.Select(input => input.Describe()))}.");
        Tensor[] given = [.. inputs.Select((input, i) => Cast(input, function.Inputs[i].DType))];
        return [.. function.Call(given).Select(output => output.DType.IsFloating ? Cast(output, ComputeDType) : output)];
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Text("filepath", ref _path, required: true);
        fields.Text("call_endpoint", ref _callEndpoint);
        fields.OptionalText("call_training_endpoint", ref _callTrainingEndpoint);
        if (fields.IsReading)
        {
            throw fields.Fail(
                $"the file names a SavedModel at '{_path}', and a file does not open others here. Build the model with new "
                + "TFSMLayer(path), "
                + "and load its weights.");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _model?.Dispose();
    }

    private static Tensor Cast(Tensor tensor, DType dtype) => tensor.DType == dtype ? tensor : Tf.Cast(tensor, dtype);

    private static bool Takes(SavedFunction function, IReadOnlyList<Tensor> inputs) =>
        function.Inputs.Count == inputs.Count
        && function.Inputs.Zip(inputs).All(
            pair => pair.First.Shape.IsCompatibleWith(pair.Second.Shape) && IsConvertible(pair.Second.DType, pair.First.DType));

    private static bool IsConvertible(DType from, DType to) => from == to || (from != DType.String && to != DType.String);

    private IReadOnlyList<SavedFunction> Find(string endpoint) =>
        _model!.Functions.TryGetValue(endpoint, out IReadOnlyList<SavedFunction>? traces) ? traces
        : _model.Signatures.TryGetValue(endpoint, out SavedFunction? signature) ? [signature]
        : throw new TfLbfgsException(
            $"{_path}: expected one of the functions {string.Join(", ", _model.Functions.Keys.Union(_model.Signatures.Keys))}, "
            + $"received '{endpoint}'.");
}
