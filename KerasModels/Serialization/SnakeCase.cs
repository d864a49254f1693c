namespace TfLbfgs.Keras.Serialization;

/// <summary>Names as Keras makes them of class names.</summary>
internal static class SnakeCase
{
    /// <summary>The name in lower case with underscores: <c>max_pooling2d</c> of <c>MaxPooling2D</c>.</summary>
    public static string Of(string className)
    {
        System.Text.StringBuilder text = new();
        for (int i = 0; i < className.Length; i++)
        {
            if (i > 0 && char.IsUpper(className[i]) && className[i - 1] != '_'
                && (char.IsLower(className[i - 1]) || (i + 1 < className.Length && char.IsLower(className[i + 1]))))
                text.Append('_');
            text.Append(char.ToLowerInvariant(className[i]));
        }

        return text.ToString();
    }
}
