using TfLbfgs.Formats;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Runtime;

namespace TfLbfgs.Keras;

public partial class Model
{
    /// <summary>What became of every variable when the model was loaded; null for a model that was not.</summary>
    public LoadReport? LoadReport { get; private set; }

    /// <summary>
    /// Compile settings and optimizer state of the file that was loaded, which <see cref="Save"/> writes again, unless the model was
    /// compiled
    /// here: then it writes the present ones. Null: none. Set it to null to save a loaded model without.
    /// </summary>
    public TrainingState? TrainingState { get; set; }

    /// <summary>
    /// Texts of your own that are saved in the file of the model and read again with it, by name, such as the scaling of the data. Keras
    /// ignores them, and drops them when it saves the model again. Python has no counterpart.
    /// </summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Loads a model that Keras, or <see cref="Save"/>, wrote: <c>.keras</c> of Keras 2 and Keras 3, legacy <c>.h5</c> of Keras 1 to Keras
    /// 3, or JSON with weights next to it. The format is chosen by the content of the file, not by its name. Nothing in the file is
    /// executed. Compile settings and optimizer state are kept in <see cref="TrainingState"/>, and <c>Fit</c> goes on with them. Python:
    /// <c>tf.keras.models.load_model</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The options; null: the dtype as saved, and every variable must be there.</param>
    /// <returns>The model, owned by the caller, with its <see cref="LoadReport"/>.</returns>
    /// <exception cref="FileFormatException">The file is damaged, hostile or of another kind.</exception>
    /// <exception cref="ModelConfigException">The architecture cannot be built: a layer, activation or initializer is unknown.</exception>
    /// <exception cref="WeightsMismatchException">Architecture and weights do not fit.</exception>
    public static Model Load(string path, LoadOptions? options = null)
    {
        options ??= new LoadOptions();
        using ModelContents saved = ModelFiles.ReadModel(path);
        VariableBudget budget =
            new(saved.Weights.AllArrays()
            .Sum(weight => (long)weight.Data.ByteCount / weight.DType.Size))
            { AllAreLoaded = !options.SkipMismatches };
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
            model.LoadReport = model.Assign(path, saved, options, warnings, isNew: true);
            model.TrainingState = Saving.TrainingState.Of(saved);
            foreach ((string name, string text) in saved.Metadata)
                model.Metadata[name] = text;
            // What is made later has first values of its own.
            budget.AllAreLoaded = false;
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Makes a model of an architecture in JSON, with fresh weights. Python: <c>tf.keras.models.model_from_json</c>.</summary>
    /// <param name="json">The architecture, as <c>model.to_json()</c> gives it.</param>
    /// <param name="options">The options; null: the dtype as saved.</param>
    /// <returns>The model, owned by the caller.</returns>
    /// <exception cref="ModelConfigException">The architecture cannot be built: a layer, activation or initializer is unknown.</exception>
    public static Model FromJson(string json, LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        options ??= new LoadOptions();
        return ModelConfigReader.Read(json, null, options.DType, [], null, options.AllLambdas());
    }

    /// <summary>
    /// The architecture as JSON, which <see cref="FromJson"/> and both generations of Keras read. Python: <c>model.to_json()</c>.
    /// </summary>
    /// <returns>The text.</returns>
    /// <exception cref="TfLbfgsException">Something of the model has no form in such a text.</exception>
    public string ToJson()
    {
        RequireVariables();
        return ModelConfigWriter.Write(this, []);
    }

    /// <summary>Loads weights into this model, all or, when something does not fit, none. Python: <c>model.load_weights</c>.</summary>
    /// <param name="path">A <c>.weights.h5</c>, legacy <c>.h5</c> or <c>.npz</c> file of weights, a checkpoint (its prefix, index or
    /// folder), or a whole model, whose
    /// architecture is not looked at.</param>
    /// <param name="options">The options; null: every variable must be there, and no other.</param>
    /// <returns>What became of every variable.</returns>
    /// <exception cref="FileFormatException">The file is damaged, hostile or of another kind.</exception>
    /// <exception cref="WeightsMismatchException">The weights do not fit the model; it has the full report.</exception>
    public LoadReport LoadWeights(string path, LoadOptions? options = null)
    {
        using ModelContents contents = ModelFiles.ReadWeights(path);
        return Assign(path, contents, options ?? new LoadOptions(), [], isNew: false);
    }

    /// <summary>
    /// Saves the model in a form that Keras 2 and Keras 3 open, to go on or to predict there. A failure leaves an existing file as it was.
    /// Python: <c>model.save</c>.
    /// </summary>
    /// <param name="path">The file, which ends in <c>.keras</c> or <c>.h5</c>.</param>
    /// <param name="options">The options; null: as <see cref="SaveOptions"/> begins.</param>
    /// <returns>What was written, and what to know of it: an activation that only Keras 3 has.</returns>
    /// <exception cref="TfLbfgsException">The place cannot be written, or something of the model has no form in such a file.</exception>
    public SaveReport Save(string path, SaveOptions? options = null)
    {
        IWritableModelFormat format = ModelFormats.For(path, wholeModel: true);
        List<string> warnings = [];
        RequireVariables();
        string config = ModelConfigWriter.Write(this, warnings, isArchive: format.NamesModules);
        return Write(path, format, config, warnings, options);
    }

    /// <summary>
    /// Checks that <see cref="Save"/> can write the model into a file of that name, such as before a long training. Nothing is written.
    /// </summary>
    /// <param name="path">The file, which ends in <c>.keras</c> or <c>.h5</c>.</param>
    /// <exception cref="TfLbfgsException">Something of the model has no form in such a file; the message names it.</exception>
    public void CheckCanSave(string path)
    {
        IWritableModelFormat format = ModelFormats.For(path, wholeModel: true);
        RequireVariables();
        ModelConfigWriter.Write(this, [], isArchive: format.NamesModules);
    }

    /// <summary>Saves the weights only. Python: <c>model.save_weights</c>.</summary>
    /// <param name="path">The file, which ends in <c>.weights.h5</c>, the layout of Keras 3, in <c>.weights.json</c>, the same in several
    /// files, in <c>.h5</c>, the legacy layout, or in <c>.npz</c>, arrays in the order of <see cref="GetWeights"/>; or in <c>.ckpt</c> or
    /// without an extension: the prefix of a checkpoint of TensorFlow.</param>
    /// <param name="options">The options; null: as <see cref="SaveOptions"/> begins.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="TfLbfgsException">The place cannot be written.</exception>
    public SaveReport SaveWeights(string path, SaveOptions? options = null) =>
        Write(path, ModelFormats.For(path, wholeModel: false), null, [], options);

    private SaveReport Write(string path, IWritableModelFormat format, string? config, List<string> warnings, SaveOptions? options)
    {
        TrainingState? training = config is null ? null : CurrentState(format.NamesModules, warnings);
        using ModelContents contents = new()
        {
            ConfigJson = config,
            KerasVersion = ModelConfigWriter.VersionOf(this),
            Backend = "tensorflow",
            Naming = format.Naming,
            Weights = WeightTree.Of(this, format.Naming),
            TrainingConfigJson = training is null ? null : TrainingSettings.For(training, format.NamesModules, warnings),
            IsArchiveTrainingConfig = format.NamesModules,
            TrainingNodes = training?.Nodes ?? [],
            Metadata = config is null ? new Dictionary<string, string>() : new Dictionary<string, string>(Metadata),
        };
        int count = contents.Weights.AllArrays().Count();
        format.Write(path, contents, options ?? new SaveOptions());
        return new SaveReport(path, format.Name, count, warnings);
    }

    /// <summary>What is written next to the weights: settings and state of the optimizer that trains, or what was loaded.</summary>
    private TrainingState? CurrentState(bool isNumbered, List<string> warnings)
    {
        if (_compiled is null)
            return TrainingState;
        if (Optimizer is not { } optimizer)
        {
            if (_compiled.Method is { } method)
                warnings.Add($"The compile settings are not written: {method.Name} has no form in Keras files.");
            return null;
        }

        string? settings = CompileSettingsWriter.Write(optimizer, _compiled.Options, Generation, warnings);
        return settings is null
            ? null : new TrainingState(settings, isArchiveConfig: true, optimizer.IsBuilt
            ? [OptimizerState.Write(optimizer, isNumbered)] : []);
    }

    private LoadReport Assign(string path, ModelContents contents, LoadOptions options, List<string> warnings, bool isNew)
    {
        RequireVariables();
        if (isNew)
            VocabularyState.Restore(this, contents);
        IWeightMatching matching = contents.Naming switch
        {
            WeightNaming.Objects => ObjectMatching.Match(this, contents.Weights),
            WeightNaming.Names => new NameMatching(this, contents.Weights),
            WeightNaming.Positions => new PositionMatching(this, contents.Weights),
            WeightNaming.Variables => LayerMatching.Match(this, VariableNames.ByLayer(this, contents), isWholeModel: isNew),
            _ => LayerMatching.Match(this, contents, isWholeModel: isNew),
        };
        LoadReport report = new(path, matching.Entries, warnings);
        if (report.Mismatches.Count > 0 && !options.SkipMismatches)
            throw new WeightsMismatchException(report);
        if (report.LoadedCount == 0 && report.Variables.Count > 0)
            throw new WeightsMismatchException(report, isEmpty: true);
        WeightAssignment.Apply(matching.Assignments, atOnce: isNew, warnings);
        return report;
    }
}
