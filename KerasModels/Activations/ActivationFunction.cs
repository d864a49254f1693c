using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Activations;

/// <summary>
/// An activation function. A text converts to one, <c>new Dense(64, "tanh")</c>, and layers take any function from tensor to tensor in its
/// place. Derive from it, and register the class, for one that is saved.
/// Immutable. Python: <c>tf.keras.activations</c>.
/// </summary>
public abstract class ActivationFunction : KerasComponent
{
    /// <summary>Creates an activation.</summary>
    protected ActivationFunction()
    {
    }

    /// <summary>No activation: the identity. Python: <c>tf.keras.activations.linear</c>.</summary>
    public static ActivationFunction Linear { get; } = new LinearActivation();

    /// <summary>The name as Keras writes it, such as <c>tanh</c>.</summary>
    public virtual string Name => ClassName;

    /// <summary>True for the identity.</summary>
    public bool IsLinear => this is LinearActivation;

    /// <summary>Whether losses are computed from the input of the activation, which is exact where probabilities have saturated.</summary>
    internal virtual bool GivesProbabilities => false;

    private protected sealed override string Module => "keras.activations";

    /// <summary>Looks up an activation by its Keras name.</summary>
    /// <param name="name">Such as <c>tanh</c>.</param>
    /// <exception cref="TfLbfgsException">No activation has the name.</exception>
    public static implicit operator ActivationFunction(string name) => FromString(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    /// <returns>The activation.</returns>
    public static ActivationFunction FromString(string name) => KerasRegistry.Create<ActivationFunction>(name);

    /// <summary>An activation that is C# code; a model with one is saved by its weights only.</summary>
    /// <param name="function">From the input to a tensor of its shape, written with tensor operations.</param>
    /// <returns>The activation.</returns>
    public static ActivationFunction FromFunction(Func<Tensor, Tensor> function) => new FunctionActivation(function);

    /// <summary>Applies the activation.</summary>
    /// <param name="input">A tensor of floating-point dtype; borrowed.</param>
    /// <returns>The result, of the input's dtype, owned by the caller.</returns>
    public Tensor Apply(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using TensorScope scope = new();
        Tensor output = Compute(input);
        return scope.Keep(ReferenceEquals(output, input) ? RawOps.Identity(input) : output);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (KerasRegistry.Find(GetType()) is null)
            return Name;
        ConfigWriter writer = new(KerasGeneration.Keras3, Name, []);
        Describe(writer);
        string arguments =
            string.Join(", ",
            writer.Config.Where(field => !IsDefault(field, writer.Generation))
            .Select(field => $"{field.Key}={field.Value?.ToJsonString() ?? "None"}"));
        return arguments.Length == 0 ? Name : $"{Name}({arguments})";
    }

    /// <summary>Computes the activation, inside a scope of the caller that disposes intermediate results.</summary>
    /// <param name="input">A tensor of floating-point dtype.</param>
    /// <returns>The result; may be the input itself.</returns>
    protected internal abstract Tensor Compute(Tensor input);

    /// <summary>The name: files of both generations hold activations by name, without arguments.</summary>
    internal override JsonNode ToNode(ConfigWriter parent)
    {
        RegisteredClass entry = RequireRegistered();
        ConfigWriter writer = parent.For(Name);
        Describe(writer);
        if (writer.Config.FirstOrDefault(field => !IsDefault(field, writer.Generation)).Key is not null)
        {
            if (LayerForm(writer.Generation) is var (layer, config))
                return new JsonObject
                {
                    ["module"] = "keras.layers",
                    ["class_name"] = layer,
                    ["config"] = config,
                    ["registered_name"] = null
                };
            throw new TfLbfgsException(
                $"{parent.Owner}: the activation {this} cannot be saved: Keras files hold activations by name, without arguments. Use "
                    + "the defaults, or save the weights only.");
        }

        if (entry.Package is not null)
            return new JsonObject
            {
                ["module"] = "builtins",
                ["class_name"] = "function",
                ["config"] = entry.Name,
                ["registered_name"] = $"{entry.Package}>{entry.Name}"
            };
        NoteGeneration(entry, parent);
        return JsonValue.Create(entry.Name);
    }

    /// <summary>
    /// The layer that computes the activation with its arguments, as files hold it in place of a name; null where there is none.
    /// </summary>
    private protected virtual (string Layer, JsonObject Config)? LayerForm(KerasGeneration generation) => null;

    /// <summary>Reads the arguments; a layer in place of an activation has more fields.</summary>
    internal override void ReadFrom(ConfigReader reader)
    {
        if (!reader.Context.IsStrict)
            reader.Ignore("name", "trainable", "dtype", "batch_input_shape", "batch_shape");
        base.ReadFrom(reader);
    }

    /// <summary>Says which Keras cannot open the file, or understands another function.</summary>
    private protected virtual void NoteGeneration(RegisteredClass entry, ConfigWriter parent)
    {
        if (entry.Generation == KerasGeneration.Keras3 && !KerasRegistry.Exists<ActivationFunction>(entry.Name, KerasGeneration.Keras2))
            parent.Warnings.Add($"{parent.Owner}: the activation '{entry.Name}' exists in Keras 3 only; Keras 2 cannot open this file.");
        else if (entry.Generation is { } own)
        {
            parent.Warnings.Add(
                $"{parent.Owner}: '{entry.Name}' is another function in Keras 2 than in Keras 3; this model uses that of Keras "
                    + $"{(int)own}, so open the file with Keras {(int)own}.");
        }
    }

    private bool IsDefault(KeyValuePair<string, JsonNode?> field, KerasGeneration generation) =>
        KerasRegistry.FieldsOf(GetType(), generation).FirstOrDefault(known => known.Name == field.Key) is { IsRequired: false } known
            && JsonNode.DeepEquals(known.Default, field.Value);
}
