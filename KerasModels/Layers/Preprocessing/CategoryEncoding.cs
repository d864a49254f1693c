using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

/// <summary>
/// Turns category numbers into vectors. Numbers of <see cref="Categories"/> and above are left out; negative ones are refused when counted.
/// The argument <c>count_weights</c> of a call gives what each element counts.
/// Python: <c>tf.keras.layers.CategoryEncoding</c>.
/// </summary>
public sealed class CategoryEncoding : Layer
{
    private int _categories = 1;
    private CategoryOutput _output = CategoryOutput.MultiHot;

    /// <summary>Creates a layer.</summary>
    /// <param name="categories">The number of categories, which is the size of the vectors. Python: <c>num_tokens</c>.</param>
    /// <param name="output">What is made of the numbers: all but integers and tf-idf. Default
    /// <see cref="CategoryOutput.MultiHot"/>.</param>
    /// <param name="name">The name; null: the model names it.</param>
    /// <param name="dtype">The dtype; null: that of the model.</param>
    /// <exception cref="TfLbfgsException">The number is below 1, or the layer has no such output.</exception>
    public CategoryEncoding(int categories, CategoryOutput output = CategoryOutput.MultiHot, string? name = null, DTypePolicy? dtype = null)
        : base(name, dtype)
    {
        _categories = categories;
        _output = output;
        CheckFields();
    }

    internal CategoryEncoding()
    {
    }

    /// <summary>The number of categories.</summary>
    public int Categories => _categories;

    /// <summary>What is made of the numbers.</summary>
    public CategoryOutput Output => _output;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ArgumentNames => ["count_weights"];

    /// <inheritdoc/>
    protected override Tensor Call(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        Tensor? weights = context.Arguments.Tensor("count_weights");
        if (weights is not null && _output != CategoryOutput.Count)
            throw new TfLbfgsException($"{this}: expected count_weights only with the output Count, received them with {_output}.");
        return CategoryEncoder.Encode(input.DType.IsFloating
            ? Tf.Cast(input, DType.Int64) : input, _output, _categories, ComputeDType, weights);
    }

    /// <inheritdoc/>
    protected internal override void Describe(ConfigFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        base.Describe(fields);
        fields.Integer("num_tokens", ref _categories, minimum: 1, required: true, alias: "max_tokens");
        fields.OutputMode(ref _output, CategoryOutput.OneHot, CategoryOutput.MultiHot, CategoryOutput.Count);
    }
}
