using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Keras.Saving.Hdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras;

public partial class Model
{
    /// <summary>What became of every variable when the model was loaded; null for a model that was not.</summary>
    public LoadReport? LoadReport { get; private set; }

    /// <summary>
    /// Loads a model that Keras, or <see cref="Save"/>, wrote: legacy <c>.h5</c> of Keras 2 and Keras 3, with its architecture. Nothing in the file is executed. Compile settings and optimizer
    /// state are not kept. Python: <c>tf.keras.models.load_model</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; null: the dtype as saved, and every variable must be there.</param>
    /// <returns>The model, owned by the caller, with its <see cref="LoadReport"/>.</returns>
    /// <exception cref="Hdf5FileException">The file is damaged, hostile or of another kind.</exception>
    /// <exception cref="ModelConfigException">The architecture cannot be built: a layer, activation or initializer is unknown.</exception>
    /// <exception cref="WeightsMismatchException">Architecture and weights do not fit.</exception>
    public static Model Load(string path, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        SavedModel saved = ModelFormats.For(path).ReadModel(path);
        VariableBudget budget = new(saved.Layers.Sum(layer => layer.Weights.Sum(weight => weight.Bytes.Length / Math.Max(1L, weight.DType.Size))));
        List<string> warnings = [];
        Model model;
        try
        {
            model = ModelConfigReader.Read(saved.ConfigJson!, saved.KerasVersion, options.DType, warnings, budget, options.AllLambdas());
        }
        catch (ModelConfigException e)
        {
            throw new ModelConfigException($"{path}: {e.Message}", e);
        }

        try
        {
            if (saved.HasTrainingState)
                warnings.Add("compile settings and optimizer state of the file are not kept; compile the model again in Keras to go on training there.");
            model.LoadReport = model.Assign(path, saved, options, warnings);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Loads weights into this model, all or, when something does not fit, none. Python: <c>model.load_weights</c>.</summary>
    /// <param name="path">A legacy <c>.h5</c> file of weights, or of a whole model, whose architecture is not looked at.</param>
    /// <param name="options">How; null: every variable must be there, and no other.</param>
    /// <returns>What became of every variable.</returns>
    /// <exception cref="Hdf5FileException">The file is damaged, hostile or of another kind.</exception>
    /// <exception cref="WeightsMismatchException">The weights do not fit the model; it has the full report.</exception>
    public LoadReport LoadWeights(string path, LoadOptions? options = null) => Assign(path, ModelFormats.For(path).ReadWeights(path), options ?? new LoadOptions(), []);

    /// <summary>
    /// Saves the model in a form that Keras 2 and Keras 3 open, to go on or to predict there. Whatever fails, the file is the old one or the complete new one. Python: <c>model.save</c>.
    /// </summary>
    /// <param name="path">The file, which ends in <c>.h5</c>.</param>
    /// <returns>What was written, and what to know of it: an activation that only Keras 3 has.</returns>
    /// <exception cref="TfLbfgsException">The place cannot be written, or something of the model has no form in such a file.</exception>
    public SaveReport Save(string path)
    {
        IModelFormat format = ModelFormats.For(path);
        List<string> warnings = [];
        RequireVariables();
        string config = ModelConfigWriter.Write(this, warnings);
        return Write(path, format, config, warnings);
    }

    /// <summary>Saves the weights only. Python: <c>model.save_weights("weights.h5")</c> of Keras 2.</summary>
    /// <param name="path">The file, which ends in <c>.h5</c>.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public SaveReport SaveWeights(string path) => Write(path, ModelFormats.For(path), null, []);

    private SaveReport Write(string path, IModelFormat format, string? config, List<string> warnings)
    {
        using TensorScope scope = new();
        List<SavedLayer> layers = [.. BuiltLayers.Select(layer => new SavedLayer(layer.Name, ToArrays(layer, WeightMatching.WeightsOf(layer))))];
        if (OwnVariables.Any())
            layers.Add(new SavedLayer(WeightMatching.TopLevel, ToArrays(this, [.. OwnVariables])));
        format.Write(path, new SavedModel { ConfigJson = config, KerasVersion = ModelConfigWriter.VersionOf(this), Layers = layers });
        return new SaveReport(path, format.Name, layers.Sum(layer => layer.Weights.Count), warnings);
    }

    // Within a model that is used as a layer the names are paths from there, so they differ.
    private static List<NamedArray> ToArrays(Layer layer, IReadOnlyList<Variable> variables) =>
    [
        .. variables.Select(variable => new NamedArray(
            $"{(layer is Model && layer.Path.Length > 0 ? variable.Name[(layer.Path.Length + 1)..] : variable.Name)}:0", variable.DType, variable.Shape.ToArray(), WeightBytes.Of(variable.Value))),
    ];

    private LoadReport Assign(string path, SavedModel saved, LoadOptions options, List<string> warnings)
    {
        RequireVariables();
        WeightMatching matching = WeightMatching.Match(this, saved.Layers, isWholeModel: saved.ConfigJson is not null && LoadReport is null);
        using TensorScope scope = new();
        List<(Variable Variable, Tensor Value)> values = [];
        foreach ((Variable variable, NamedArray source) in matching.Assignments)
        {
            double[] numbers = WeightBytes.ToDoubles(source);
            Tensor value = source.DType == variable.DType
                ? Tensor.FromBytes(source.Bytes.Span, source.DType, variable.Shape)
                : HostArrays.ToTensor(numbers, variable.DType, variable.Shape);
            int bad = value.ToDoubles().Count(number => !double.IsFinite(number));
            if (bad > 0)
                warnings.Add($"{variable.Name}: {bad} of {variable.Shape.ElementCount} values are not finite.");
            values.Add((variable, value));
        }

        LoadReport report = new(path, matching.Entries, warnings);
        if (report.Mismatches.Count > 0 && !options.SkipMismatches)
            throw new WeightsMismatchException(report);
        foreach ((Variable variable, Tensor value) in values)
            variable.Assign(value);
        return report;
    }
}
