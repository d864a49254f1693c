using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Parameters;

/// <summary>
/// Turns the values of variables into one vector and back, by dispatched ops: eagerly, traced and under tapes. In the Python recipe:
/// <c>tf.dynamic_stitch(idx, values)</c> and
/// <c>tf.dynamic_partition(vector, part, n)</c>. Complex values become pairs of real and imaginary part; the gradient of a real loss with
/// respect to such a value, flattened, is that with respect to the pairs. Holds the stitch indices and partitions on the device where they
/// were first used. Thread-safe once made.
/// </summary>
public sealed class ParameterVector : IDisposable
{
    private readonly FlattenRoute _route;
    private readonly Lazy<Recipe> _recipe;

    /// <summary>Prepares a layout for conversion, on the current device of the thread.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="route">By which ops; <see cref="FlattenRoute.Auto"/> takes that of <see cref="FlattenTable"/> for a vector that XLA may
    /// compile.</param>
    public ParameterVector(ParameterLayout layout, FlattenRoute route = FlattenRoute.Auto)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        string? device = Device.Current;
        _route = route == FlattenRoute.Auto ? FlattenTable.Choose(layout.Count, layout.DType, KindOf(device), compiled: true) : route;
        _recipe = new Lazy<Recipe>(() => new Recipe(layout, device));
        if (_route == FlattenRoute.Dynamic)
            _ = _recipe.Value;
    }

    /// <summary>The layout.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The route that is taken.</summary>
    public FlattenRoute Route => _route;

    /// <summary>
    /// The stitch indices, one int32 tensor per variable, of its shape, with a last dimension of 2 for a complex one; borrowed. Made when
    /// they are first asked for or used. In the seed: <c>idx</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">The vector is longer than int32 counts.</exception>
    public IReadOnlyList<Tensor> StitchIndices => _recipe.Value.Indices;

    /// <summary>
    /// The partition of each element, int32, shape [n]; borrowed. Made when it is first asked for or used. In the seed: <c>part</c>.
    /// </summary>
    /// <exception cref="TfLbfgsException">The vector is longer than int32 counts.</exception>
    public Tensor Partitions => _recipe.Value.Partitions;

    /// <summary>Values to vector.</summary>
    /// <param name="values">One tensor per variable, of its shape and dtype; borrowed. They are cast where the layout lifts them.</param>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The number of tensors differs, or one does not fit.</exception>
    public Tensor Flatten(IReadOnlyList<Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(values);
        using TensorScope scope = new();
        values = [.. values.Select(value => Cast(Parts(value), Layout.DType))];
        if (_route == FlattenRoute.Dynamic)
            return scope.Keep(RawOps.DynamicStitch(_recipe.Value.IndicesFor(values[0]), values));
        Tensor[] flat = new Tensor[values.Count];
        using Tensor all = Tensor.Vector([-1]);
        for (int i = 0; i < flat.Length; i++)
            flat[i] = RawOps.Reshape(values[i], all);
        if (flat.Length == 1)
            return scope.Keep(flat[0]);
        using Tensor axis = Tensor.Scalar(0);
        return scope.Keep(RawOps.ConcatV2(flat, axis));
    }

    /// <summary>Vector to values.</summary>
    /// <param name="vector">The vector, shape [n]; borrowed.</param>
    /// <returns>One tensor per variable, of its shape and dtype (rounded where the layout lifts it), owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype or length differs.</exception>
    public Tensor[] Split(Tensor vector) => Split(vector, null);

    /// <inheritdoc cref="Split(Tensor)"/>
    /// <param name="vector">The vector, shape [n]; borrowed.</param>
    /// <param name="dtype">The dtype of all values, and of the parts of complex ones; null: that of each variable.</param>
    internal Tensor[] Split(Tensor vector, DType? dtype)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.DType != Layout.DType || !vector.Shape.IsCompatibleWith([Layout.Count]))
            throw new TfLbfgsException($"Expected a vector of {Layout.Count} parameters, {Layout.DType.PythonName}({Layout.Count},), "
                + $"received {vector.Describe()}.");
        using TensorScope scope = new();
        Tensor[] parts;
        int count = Layout.Slots.Count;
        if (_route == FlattenRoute.Dynamic)
        {
            parts = RawOps.DynamicPartition(vector, _recipe.Value.PartitionsFor(vector), count);
        }
        else if (count == 1)
        {
            parts = [vector];
        }
        else
        {
            using Tensor sizes = Tensor.Vector([.. Layout.Slots.Select(slot => slot.Size)]);
            using Tensor axis = Tensor.Scalar(0);
            parts = RawOps.SplitV(vector, sizes, axis, count);
        }

        for (int i = 0; i < count; i++)
        {
            ParameterSlot slot = Layout.Slots[i];
            using Tensor shape = Tensor.Vector(slot.RealShape.ToArray());
            parts[i] = scope.Keep(Whole(Cast(RawOps.Reshape(parts[i], shape), dtype ?? slot.DType.RealPart), slot));
        }

        return parts;
    }

    /// <summary>The current values of variables as a vector.</summary>
    /// <param name="variables">The variables of the layout, in its order.</param>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    public Tensor Read(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        using TensorScope scope = new();
        return scope.Keep(Flatten([.. variables.Select(v => v.Value)]));
    }

    /// <summary>Assigns a vector to variables, on the device. In the seed: <c>assign_new_model_parameters</c>.</summary>
    /// <param name="variables">The variables of the layout, in its order.</param>
    /// <param name="vector">The vector, shape [n]; borrowed. Its values are rounded to the dtype of a variable that the layout
    /// lifts.</param>
    public void Assign(IReadOnlyList<Variable> variables, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(variables);
        using TensorScope scope = new();
        Tensor[] values = Split(vector);
        if (variables.Count != values.Length)
            throw new TfLbfgsException($"Expected the {values.Length} variables of the layout, received {variables.Count}.");
        for (int i = 0; i < values.Length; i++)
            variables[i].Assign(values[i]);
    }

    /// <summary>Frees indices and partitions.</summary>
    public void Dispose()
    {
        if (_recipe.IsValueCreated)
            _recipe.Value.Dispose();
    }

    /// <summary>A complex tensor as real numbers, with a last dimension of 2.</summary>
    private static Tensor Parts(Tensor value)
    {
        DType part = value.DType.RealPart;
        return value.DType.IsComplex ? RawOps.Pack([RawOps.Real(value, part), RawOps.Imag(value, part)], -1) : value;
    }

    /// <summary>The value of a variable of real numbers as the vector holds them.</summary>
    private static Tensor Whole(Tensor parts, ParameterSlot slot)
    {
        if (!slot.DType.IsComplex)
            return parts;
        Tensor[] both = RawOps.Unpack(parts, 2, -1);
        return RawOps.Complex(both[0], both[1], slot.DType.WithParts(parts.DType));
    }

    private static Tensor Cast(Tensor tensor, DType dtype) => tensor.DType == dtype ? tensor : RawOps.Cast(tensor, dtype);

    /// <summary>Where no device was chosen, TensorFlow takes a GPU if it has one.</summary>
    private static string KindOf(string? device) =>
        device is null
            ? TfRuntime.Devices.Any(d => d.Kind == "GPU" && TfRuntime.IsLocal(d.Name))
            ? "GPU" : "CPU" : TfRuntime.Devices.First(d => d.Name == device).Kind;

    private void Check(IReadOnlyList<Tensor> values)
    {
        if (values.Count != Layout.Slots.Count)
            throw new TfLbfgsException($"Expected one tensor for each of {Layout.Slots.Count} variables, received {values.Count}.");
        for (int i = 0; i < values.Count; i++)
        {
            ParameterSlot slot = Layout.Slots[i];
            if (values[i].DType != slot.DType || !slot.Shape.IsCompatibleWith(values[i].Shape))
                throw new TfLbfgsException(
                    $"Variable {slot.Name}: expected {slot.DType.PythonName}{slot.Shape}, received {values[i].Describe()}.");
        }
    }

    /// <summary>
    /// The index tensors of the Python recipe. A trace takes them as constants, so that XLA knows the sizes of the parts; where they would
    /// swell the graph, as inputs.
    /// </summary>
    private sealed class Recipe : IDisposable
    {
        private const int MostConstants = 1 << 20;

        private readonly ParameterLayout _layout;

        public Recipe(ParameterLayout layout, string? device)
        {
            if (layout.Count > int.MaxValue)
                throw new TfLbfgsException($"The dynamic route counts with int32: expected at most {int.MaxValue} parameters, received "
                    + $"{layout.Count}. Use FlattenRoute.Split.");
            _layout = layout;
            using DispatchFrame frame = DispatchFrame.OpenEager();
            using IDisposable? placed = device is null ? null : Device.Use(device);
            using TensorScope scope = new();
            Indices = [.. MakeIndices().Select(index => index.Alias())];
            Partitions = MakePartitions().Alias();
        }

        public Tensor[] Indices { get; }

        public Tensor Partitions { get; }

        public Tensor[] IndicesFor(Tensor value) => value.IsSymbolic && _layout.Count <= MostConstants ? MakeIndices() : Indices;

        public Tensor PartitionsFor(Tensor vector) => vector.IsSymbolic && _layout.Count <= MostConstants ? MakePartitions() : Partitions;

        public void Dispose()
        {
            foreach (Tensor index in Indices)
                index.Dispose();
            Partitions.Dispose();
        }

        private Tensor[] MakeIndices() =>
            [.. _layout.Slots.Select(slot => Tensor.From<int>([.. Enumerable.Range((int)slot.Offset, (int)slot.Size)], slot.RealShape))];

        private Tensor MakePartitions()
        {
            int[] partitions = new int[_layout.Count];
            for (int i = 0; i < _layout.Slots.Count; i++)
                partitions.AsSpan((int)_layout.Slots[i].Offset, (int)_layout.Slots[i].Size).Fill(i);
            return Tensor.From(partitions);
        }
    }
}
