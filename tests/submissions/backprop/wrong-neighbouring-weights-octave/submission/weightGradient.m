function grad = weightGradient(delta, a)
grad = delta(:) * [1; a(:)].';
end
