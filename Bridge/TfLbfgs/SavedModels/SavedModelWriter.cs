using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Functions;
using TfLbfgs.IO;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>
/// Writes functions and variables as a SavedModel: <c>tf.saved_model.load</c>, <c>TFSMLayer</c> of Keras, TensorFlow Serving and
/// <see cref="SavedModelBundle"/> open it. Python: <c>tf.saved_model.save</c> of a <c>tf.Module</c> with signatures.
/// </summary>
public sealed class SavedModelWriter : IDisposable
{
    private readonly IReadOnlyList<Variable> _variables;
    private readonly SortedDictionary<string, SavedSignature> _signatures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SavedSignature> _functions = new(StringComparer.Ordinal);
    private readonly List<(string[] Path, int Variable)> _paths = [];
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <summary>Begins a SavedModel.</summary>
    /// <param name="variables">The variables, in the order in which the SavedModel lists them; borrowed. Their values are those at the time
    /// of <see cref="Write"/>.</param>
    public SavedModelWriter(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        _variables = [.. variables.Distinct()];
    }

    /// <summary>The names of the signatures so far.</summary>
    public IReadOnlyCollection<string> Signatures => _signatures.Keys;

    /// <summary>Traces code as a signature.</summary>
    /// <param name="name">The name, such as <c>serving_default</c>.</param>
    /// <param name="inputs">The inputs, in the order of the arguments of the code; -1 for an axis of any length.</param>
    /// <param name="outputs">The names of the results, in their order.</param>
    /// <param name="code">From one tensor for each input to one for each output, written with tensor operations. Tensors from outside
    /// become constants; variables must be among those of the SavedModel.</param>
    /// <exception cref="TfLbfgsException">A name stands twice, or the code captures a variable that is none of the SavedModel.</exception>
    public void AddSignature(string name, IReadOnlyList<TensorSpec> inputs, IReadOnlyList<string> outputs,
        Func<Tensor[], IReadOnlyList<Tensor>> code)
    {
        // Python passes arguments and results of signatures in the order of their names.
        Add(_signatures, name, inputs, outputs, code,
            names => [.. names.Select((text, i) => (text, i)).OrderBy(pair => pair.text, StringComparer.Ordinal).Select(pair => pair.i)]);
    }

    /// <summary>
    /// Traces code as a function of the saved object, which takes one tensor, or a list of several, and returns the same:
    /// <c>loaded.serve(x)</c>, or <c>loaded.serve([x, y])</c>.
    /// </summary>
    /// <param name="name">The name, such as <c>serve</c>.</param>
    /// <param name="inputs">The inputs, in the order of the arguments of the code.</param>
    /// <param name="outputs">The names of the results, in their order.</param>
    /// <param name="code">From one tensor for each input to one for each output, as for <see cref="AddSignature"/>.</param>
    /// <exception cref="TfLbfgsException">A name stands twice, or the code captures a variable that is none of the SavedModel.</exception>
    public void AddFunction(string name, IReadOnlyList<TensorSpec> inputs, IReadOnlyList<string> outputs,
        Func<Tensor[], IReadOnlyList<Tensor>> code) =>
        Add(_functions, name, inputs, outputs, code, names => [.. Enumerable.Range(0, names.Count)]);

    /// <summary>
    /// States where a variable stands among the attributes of the saved object, so that a loader that makes the object itself finds it.
    /// </summary>
    /// <param name="path">The names of the attributes, such as <c>layer_with_weights-0/kernel</c>.</param>
    /// <param name="variable">One of the variables of the SavedModel.</param>
    /// <exception cref="TfLbfgsException">The variable is none of the SavedModel, or the path has an empty part.</exception>
    public void AddPath(string path, Variable variable)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] parts = path.Split('/');
        int index = _variables.ToList().IndexOf(variable);
        if (index < 0 || parts.Contains(""))
            throw new TfLbfgsException($"The path '{path}': expected names with slashes between them, and a variable of the SavedModel, "
                + $"received {(index < 0 ? "another variable" : "an empty name")}.");
        _paths.Add((parts, index));
    }

    /// <summary>
    /// The number that the SavedModel gives to an object on a path, such as <c>layer_with_weights-0</c>, once all signatures, functions and
    /// paths are added.
    /// </summary>
    /// <param name="path">The names of the attributes that lead to it.</param>
    /// <returns>The number of its node.</returns>
    /// <exception cref="TfLbfgsException">No variable has a path that leads through it.</exception>
    public int NodeOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        List<string> objects =
            [.. _paths.SelectMany(entry => Enumerable.Range(1, entry.Path.Length - 1)
            .Select(length => string.Join('/', entry.Path[..length]))).Distinct()];
        int index = objects.IndexOf(path);
        return index >= 0
            ? SavedModelMessage.FirstVariable + _variables.Count + _signatures.Count + _functions.Count + index
            : throw new TfLbfgsException($"The path '{path}': expected one that leads to a variable, received another.");
    }

    /// <summary>Adds a file to the folder, for loaders that know it.</summary>
    /// <param name="name">The name of the file, such as <c>keras_metadata.pb</c>.</param>
    /// <param name="content">Its content; not copied.</param>
    /// <exception cref="TfLbfgsException">The name is a path, or stands twice.</exception>
    public void AddFile(string name, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (string.IsNullOrEmpty(name) || name != Path.GetFileName(name) || name is "." or ".." or SavedModelFolder.GraphName
            || !_files.TryAdd(name, content))
            throw new TfLbfgsException(
                $"A file of a SavedModel: expected a name without a folder that no other file has, received '{name}'.");
    }

    /// <summary>Writes the folder, whole or not at all: a failure leaves what was there.</summary>
    /// <param name="folder">The folder, which is replaced where it exists and is a SavedModel.</param>
    /// <exception cref="TfLbfgsException">There is no signature, or the place cannot be written.</exception>
    public void Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_signatures.Count == 0)
            throw new TfLbfgsException("A SavedModel: expected at least one signature, received none. Add one by AddSignature.");
        SavedModelFiles.Replace(folder, temporary =>
        {
            SavedModelMessage message = new(_variables, _signatures, _functions, _paths);
            SavedModelFiles.WriteGraph(temporary, message.ToSavedModel());
            SavedModelFiles.WriteVariables(temporary,
                [.. message.Keys.Select((key, i) => (key, (Func<Tensor>)(() => _variables[i].Value)))], message.ObjectsOfCheckpoint());
            foreach ((string name, byte[] content) in _files)
                AtomicFile.Write(Path.Combine(temporary, name), stream => stream.Write(content));
        });
    }

    /// <summary>Frees the traces.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (SavedSignature signature in _signatures.Values.Concat(_functions.Values))
            signature.Function.Release();
    }

    private void Add(
        SortedDictionary<string, SavedSignature> to, string name, IReadOnlyList<TensorSpec> inputs, IReadOnlyList<string> outputs,
            Func<Tensor[], IReadOnlyList<Tensor>> code,
        Func<IReadOnlyList<string>, int[]> order)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(code);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (to.ContainsKey(name))
            throw new TfLbfgsException($"A SavedModel: expected each signature and each function once, received '{name}' twice.");
        if (inputs.DistinctBy(input => input.Name).Count() != inputs.Count || outputs.Distinct().Count() != outputs.Count
            || outputs.Count == 0)
            throw new TfLbfgsException($"The signature '{name}': expected inputs and at least one output of different names, received "
                + $"({string.Join(", ", inputs)}) and ({string.Join(", ", outputs)}).");
        int[] inputOrder = order([.. inputs.Select(input => input.Name)]), outputOrder = order(outputs);
        Signature signature = new([.. inputOrder.Select(i => inputs[i].DType)], [.. inputOrder.Select(i => inputs[i].Shape)]);
        Shape[] shapes = [];
        DType[] dtypes = [];
        var function =
            ConcreteFunction.Create(ConcreteFunction.UniqueName("inference_" + SavedModelMessage.NodeName(name)), $"the signature '{name}'",
            signature, Run, new FunctionOptions { Name = name });
        try
        {
            to[name] = new SavedSignature(
                function, [.. inputOrder.Select(i => inputs[i])],
                    [.. outputOrder.Select((from, i) => new TensorSpec(outputs[from], dtypes[i], shapes[i]))],
                [.. function.Captures.Select(capture => Captured(name, capture))]);
        }
        catch
        {
            function.Release();
            throw;
        }

        IReadOnlyList<Tensor> Run(Tensor[] given)
        {
            Tensor[] arguments = new Tensor[given.Length];
            for (int i = 0; i < given.Length; i++)
                arguments[inputOrder[i]] = given[i];
            IReadOnlyList<Tensor> results = code(arguments);
            if (results.Count != outputs.Count)
                throw new TfLbfgsException($"The signature '{name}': expected {outputs.Count} results, received {results.Count}.");
            Tensor[] ordered = [.. outputOrder.Select(i => results[i])];
            shapes = Array.ConvertAll(ordered, result => result.Shape);
            dtypes = Array.ConvertAll(ordered, result => result.DType);
            return ordered;
        }
    }

    /// <summary>The place of a captured variable; -1 for a constant.</summary>
    private int Captured(string name, Tensor capture)
    {
        if (capture.DType != DType.Resource)
            return -1;
        for (int i = 0; i < _variables.Count; i++)
        {
            if (_variables[i].Handle.Id == capture.Id)
                return i;
        }

        throw new TfLbfgsException($"The signature '{name}': expected code that uses the {_variables.Count} variables of the SavedModel, "
            + "received code that uses another one. Give all variables to SavedModelWriter.");
    }
}
